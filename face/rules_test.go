package face

import (
	"math"
	"testing"

	"facialis/video"
)

// Which of several faces is the patient's: the one that was asked for, else the largest;
// one that was followed before is the one that is about where it was.
func TestWhichFaceIsPicked(t *testing.T) {
	f := video.NewFrame(1000, 500)
	at := func(x, y, side float64) Detection { return Detection{X: x, Y: y, W: side, H: side, Score: 1} }
	faces := []Detection{at(500, 100, 100), at(900, 400, 80), at(100, 300, 60)} // the largest first
	for _, c := range []struct {
		choice string
		known  bool
		last   Square
		want   int
	}{
		{"", false, Square{}, 0}, {"largest", false, Square{}, 0}, {"left", false, Square{}, 2}, {"right", false, Square{}, 1},
		{"center", false, Square{}, 0}, {"0.9,0.9", false, Square{}, 1}, {"0.5,0.9", false, Square{}, 0},
		{"1", false, Square{}, 2}, {"2", false, Square{}, 0}, {"3", false, Square{}, 1}, {"9", false, Square{}, 1},
		{"", true, Square{120, 300, 90, 0}, 2},
		{"right", true, Square{120, 300, 90, 0}, 2},
		{"", true, Square{100, 335, 90, 0}, 2},    // 35 px away: within 0.4 of its square's side
		{"", true, Square{100, 340, 90, 0}, 0},    // 40 px: not there any more
		{"", true, Square{100, 300, 310, 0}, 0},   // less than a fifth as large as it was
		{"", true, Square{100, 300, 290, 0}, 2},   // a little more
		{"left", true, Square{700, 50, 90, 0}, 2}, // nobody there
	} {
		choose, err := parseChoice(c.choice)
		if err != nil {
			t.Fatal(err)
		}
		if got := choose.pick(faces, f, c.known, c.last); got != c.want {
			t.Errorf("%q, known %t at %v: face %d, want %d", c.choice, c.known, c.last, got, c.want)
		}
	}
	faces[0].Score = 0 // the mesh saw no face there
	if choose, _ := parseChoice(""); choose.pick(faces, f, false, Square{}) != 1 {
		t.Error("a face that was ruled out was picked")
	}
	for choice, want := range map[string]bool{"": false, "largest": false, "left": true, "2": true, "0.2,0.3": true} {
		if choose, _ := parseChoice(choice); choose.fixed() != want {
			t.Errorf("%q is fixed: %t", choice, choose.fixed())
		}
	}
}

// Two boxes overlap by the shared area over that of the smaller one.
func TestOverlap(t *testing.T) {
	box := func(x, y, w, h float64) Detection { return Detection{X: x, Y: y, W: w, H: h} }
	for _, c := range []struct {
		a, b Detection
		want float64
	}{
		{box(50, 50, 20, 10), box(50, 50, 20, 10), 1},
		{box(50, 50, 20, 10), box(60, 50, 20, 10), 0.5},
		{box(50, 50, 20, 10), box(60, 55, 20, 10), 0.25},
		{box(50, 50, 20, 10), box(71, 50, 20, 10), 0},
		{box(50, 50, 20, 10), box(50, 61, 20, 10), 0},
		{box(50, 50, 20, 10), box(71, 61, 20, 10), 0},
		{box(50, 50, 40, 40), box(52, 48, 10, 10), 1}, // a part of it
	} {
		if got, back := overlap(c.a, c.b), overlap(c.b, c.a); math.Abs(got-c.want) > 1e-12 || got != back {
			t.Errorf("%v and %v overlap by %g and %g, want %g", c.a, c.b, got, back, c.want)
		}
	}
}

// Squares cover a length from end to end and overlap by at least 30 %.
func TestTilesCoverALength(t *testing.T) {
	for _, c := range []struct {
		length, side float64
		want         int
	}{{100, 100, 1}, {104, 100, 1}, {106, 100, 2}, {170, 100, 2}, {171, 100, 3}, {240, 100, 3}, {1920, 540, 5}} {
		n := tiles(c.length, c.side)
		if n != c.want {
			t.Errorf("%d squares of %g over %g, want %d", n, c.side, c.length, c.want)
		}
		if n == 1 {
			if got := spread(0, 1, c.length, c.side); got != c.length/2 {
				t.Errorf("a single square lies at %g of %g", got, c.length)
			}
			continue
		}
		if first, last := spread(0, n, c.length, c.side), spread(n-1, n, c.length, c.side); first != c.side/2 || math.Abs(last-c.length+c.side/2) > 1e-9 {
			t.Errorf("%d squares from %g to %g of %g", n, first, last, c.length)
		}
		if step := spread(1, n, c.length, c.side) - spread(0, n, c.length, c.side); step > 0.7*c.side+1e-9 {
			t.Errorf("squares of %g are %g apart", c.side, step)
		}
	}
}

// A square stays where it is while the next lies within a slack of it in place, side and
// angle, also over the turn of the circle.
func TestASquareWithinItsSlackStays(t *testing.T) {
	q := Square{100, 100, 200, math.Pi - 0.01}
	for _, c := range []struct {
		to    Square
		stays bool
	}{
		{Square{104, 103, 205, math.Pi - 0.02}, true}, {Square{100, 105.5, 200, math.Pi}, true}, {Square{104.5, 104.5, 200, math.Pi}, false},
		{Square{100, 100, 209, math.Pi}, true}, {Square{100, 100, 191, math.Pi}, true}, {Square{100, 100, 211, math.Pi}, false}, {Square{100, 100, 189, math.Pi}, false},
		{Square{100, 100, 200, -math.Pi + 0.03}, true}, {Square{100, 100, 200, -math.Pi + 0.05}, false}, {Square{100, 100, 200, math.Pi - 0.07}, false}, {Square{100, 100, 200, 0}, false},
	} {
		want := c.to
		if c.stays {
			want = q
		}
		if got := q.follow(c.to); got != want {
			t.Errorf("to %v: %v", c.to, got)
		}
	}
}

// The detector's square is half as large again as the longer side of its box, with the
// eyes level.
func TestSquareOfADetection(t *testing.T) {
	d := Detection{X: 50, Y: 60, W: 40, H: 30}
	d.Keys[0], d.Keys[1] = [2]float64{40, 50}, [2]float64{60, 70}
	if got := d.Square(); got.X != 50 || got.Y != 60 || got.Side != 60 || math.Abs(got.Angle-math.Pi/4) > 1e-12 {
		t.Errorf("%v", got)
	}
	d.H = 80
	if got := d.Square(); got.Side != 120 {
		t.Errorf("of a high box: %v", got)
	}
}

// The mesh's square holds all points, enlarged, about the middle of their box.
func TestSquareOfLandmarks(t *testing.T) {
	lm := &Landmarks{}
	for i := range lm.Points {
		lm.Points[i] = Point{X: 100, Y: 200}
	}
	lm.Points[10], lm.Points[152] = Point{X: 90, Y: 150}, Point{X: 110, Y: 250} // 20 wide, 100 high
	lm.Points[RightEyeOuter], lm.Points[LeftEyeOuter] = Point{X: 95, Y: 190}, Point{X: 105, Y: 200}
	if got := lm.square(); got.X != 100 || got.Y != 200 || math.Abs(got.Side-100*cropScale) > 1e-9 || math.Abs(got.Angle-math.Pi/4) > 1e-6 {
		t.Errorf("%v", got)
	}
}

// Detections of one face are one, their mean by score; those of a square that was turned
// otherwise than the likeliest's do not draw it aside. The largest face comes first.
func TestMergedDetections(t *testing.T) {
	of := func(x, y, side, score, angle float64) Detection {
		d := Detection{X: x, Y: y, W: side, H: side / 2, Score: score, angle: angle}
		for k := range d.Keys {
			d.Keys[k] = [2]float64{x + float64(k), y - float64(k)}
		}
		return d
	}
	d := &Detector{raw: []Detection{of(300, 300, 40, 0.7, 0), of(104, 102, 20, 0.3, 0), of(100, 100, 20, 0.9, 0), of(101, 101, 20, 0.8, 1)}}
	d.merge()
	if len(d.out) != 2 || d.out[0].X != 300 {
		t.Fatalf("%+v", d.out)
	}
	if got := d.out[1]; math.Abs(got.X-101) > 1e-9 || math.Abs(got.Y-100.5) > 1e-9 || got.Score != 0.9 || got.W != 20 || got.H != 10 ||
		math.Abs(got.Keys[3][0]-104) > 1e-9 || math.Abs(got.Keys[3][1]-97.5) > 1e-9 {
		t.Errorf("%+v", got)
	}
}

// What an anchor tells is put into the frame by the square that was looked at, whatever
// way that was turned.
func TestAnchorsInTheFrame(t *testing.T) {
	tr, det, _ := onFace(t, Options{})
	f := video.NewFrame(640, 480)
	const anchor = 2 * (8*16 + 8) // its middle is at 68, 68 of 128
	copy(det.outs[0][16*anchor:], []float32{4, -12, 32, 16, -8, -8, 8, -8, 0, 0, 0, 8, -16, 0, 16, 0})
	if err := tr.detector.look(f, Square{300, 200, 256, 0}, wholeScore); err != nil || len(tr.detector.raw) != 1 {
		t.Fatal(err, tr.detector.raw)
	}
	// 72, 56 of 128 is 16 right and 16 up of the square's middle.
	if got := tr.detector.raw[0]; got.X != 316 || got.Y != 184 || got.W != 64 || got.H != 32 || got.Keys[0] != [2]float64{292, 192} || got.Keys[5] != [2]float64{340, 208} {
		t.Errorf("%+v", got)
	}
	tr.detector.raw = nil
	if err := tr.detector.look(f, Square{300, 200, 256, math.Pi / 2}, wholeScore); err != nil || len(tr.detector.raw) != 1 {
		t.Fatal(err, tr.detector.raw)
	}
	if got := tr.detector.raw[0]; math.Abs(got.X-316) > 1e-9 || math.Abs(got.Y-216) > 1e-9 || got.angle != math.Pi/2 {
		t.Errorf("turned by a quarter: %+v", got)
	}
	tr.detector.raw = nil
	det.outs[1][anchor] = -0.1 // less likely than not
	if err := tr.detector.look(f, Square{300, 200, 256, 0}, wholeScore); err != nil || len(tr.detector.raw) != 0 {
		t.Error(err, tr.detector.raw)
	}
}

// As many faces are there as two looks in a row have shown, and one look alone where
// there was no other.
func TestHowManyFaces(t *testing.T) {
	for _, c := range []struct {
		looks []int
		want  int
	}{{[]int{2}, 2}, {[]int{1, 3, 1}, 1}, {[]int{1, 3, 2, 1}, 2}, {[]int{3, 3}, 3}, {[]int{1, 1, 1}, 1}, {nil, 0}} {
		tr := &Tracker{}
		for i, n := range c.looks {
			tr.count(n, float64(i))
		}
		if got := tr.FacesMax(); got != c.want {
			t.Errorf("looks that show %v: %d faces", c.looks, got)
		}
	}
	tr := &Tracker{nextCheck: 20}
	if tr.count(1, 10); tr.nextCheck != 20 {
		t.Errorf("one face is looked for again at %g s", tr.nextCheck)
	}
	if tr.count(2, 11); tr.nextCheck != 11.5 {
		t.Errorf("a second one is looked for again at %g s", tr.nextCheck)
	}
}

// Another face takes over where it is larger by half, at three looks in a row, unless the
// patient was chosen.
func TestALargerFaceTakesOver(t *testing.T) {
	for _, c := range []struct {
		name   string
		side   float32 // of the other face's box, of 128; the first one's is 40 wide
		choice string
		gone   int // a look at which it is not seen, 0 for none
		want   bool
	}{{"larger", 60, "", 0, true}, {"hardly larger", 35, "", 0, false}, {"chosen", 60, "left", 0, false}, {"gone between", 60, "", 2, false}} {
		tr, det, _ := onFace(t, Options{MeshEveryS: 1e-6, RecheckS: 1, SwitchArea: 1.5, Face: c.choice})
		const second = 2 * (8*16 + 15) // at the right
		copy(det.outs[0][16*second:], []float32{0, 0, c.side, c.side, -8, -8, 8, -8, 0, 0, 0, 8, -16, 0, 16, 0})
		moved, looks := false, 0
		for i := range 5 {
			f := noisy(1)
			f.Index, f.T = i, float64(i)
			det.outs[1][second] = -10
			if i > 0 && i != c.gone {
				det.outs[1][second] = 5
				looks++
			}
			if i == 4 && c.gone > 0 {
				break // by then it was seen twice in a row
			}
			before := tr.square.X
			o, err := tr.Next(f)
			if err != nil || !o.Found {
				t.Fatal(err, o.Found)
			}
			if i > 0 && o.Reset && tr.square.X > before+100 {
				moved = true
				if i != 3 {
					t.Errorf("%s: taken at look %d", c.name, i)
				}
			}
		}
		if moved != c.want {
			t.Errorf("%s: taken %t", c.name, moved)
		}
	}
}

// It is clear which way up a face stands where the detector mostly likes it better so,
// and hardly ever otherwise.
func TestWayUpByAllLooks(t *testing.T) {
	many := func(n int, margin float64, other ...float64) []float64 {
		out := append([]float64(nil), other...)
		for range n {
			out = append(out, margin)
		}
		return out
	}
	for _, c := range []struct {
		margins []float64
		want    bool
	}{{nil, true}, {many(10, clearMedian+0.1), true}, {many(10, clearMedian-0.1), false}, {many(99, 9, -1), true}, {many(20, 9, many(19, -1)...), false}} {
		if got := (&Tracker{margins: c.margins}).WayUpClear(); got != c.want {
			t.Errorf("%d looks: clear %t", len(c.margins), got)
		}
	}
}

// The brightness of a face is that of its middle, of full range; a dark one is brightened
// for the networks up to four times, and only at night.
func TestBrightness(t *testing.T) {
	lm := &Landmarks{}
	lm.Points[RightEyeOuter], lm.Points[LeftEyeOuter], lm.Points[RightCommissure] = Point{X: 100, Y: 100}, Point{X: 180, Y: 104}, Point{X: 120, Y: 180}
	for _, c := range []struct {
		full bool
		luma byte
		want float64
	}{{true, 55, 55}, {false, 16, 0}, {false, 235, 255}, {false, 125, 109.0 * 255 / 219}} {
		f := video.NewFrame(320, 240)
		f.Full = c.full
		for y := range 240 {
			for x := range 320 {
				if f.Y[y*320+x] = 200; x >= 100 && x < 180 && y >= 100 && y < 180 {
					f.Y[y*320+x] = c.luma
				}
			}
		}
		if got := meanLuma(f, lm); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("luma %d, full range %t: %g, want %g", c.luma, c.full, got, c.want)
		}
	}
	if got := meanLuma(video.NewFrame(50, 50), lm); got != 255 {
		t.Errorf("a face outside the picture is as bright as %g", got)
	}
	f := video.NewFrame(320, 240)
	f.Full = true
	for i := range f.Y {
		if f.Y[i] = 10; i >= 120*320 { // half of it
			f.Y[i] = 90
		}
		if i >= 208*320 { // an eighth
			f.Y[i] = 130
		}
	}
	if got := brightLuma(f); math.Abs(got-110) > 3 {
		t.Errorf("the brightest quarter is %g, half of it 130 and half 90", got)
	}
	for _, c := range []struct {
		luma, want float64
		night      bool
	}{{55, 2, true}, {110, 1, true}, {200, 1, true}, {10, 4, true}, {55, 1, false}} {
		tr := &Tracker{opt: Options{AnyRoll: c.night}, gain: 1, detector: &Detector{}}
		tr.brighten(c.luma)
		if tr.gain != c.want || c.night && tr.detector.gain != c.want {
			t.Errorf("luma %g, night %t: brightened %g times", c.luma, c.night, tr.gain)
		}
	}
}

// A lamp that brightens everything is no change; a lid that closes is.
func TestALampIsNoChange(t *testing.T) {
	tr, _, _ := onFace(t, Options{})
	f := noisy(1)
	if _, err := tr.Next(f); err != nil {
		t.Fatal(err)
	}
	brighter := func(by int, eye bool) *video.Frame {
		g := noisy(1)
		for i := range g.Y {
			g.Y[i] = byte(int(g.Y[i]) + by)
		}
		if eye {
			p := tr.last.Points[386]
			for y := int(p.Y) - 4; y < int(p.Y)+6; y++ {
				for x := int(p.X) - 8; x < int(p.X)+8; x++ {
					g.Y[y*g.W+x] += 40
				}
			}
		}
		return g
	}
	for range 3 {
		tr.change.seen(brighter(0, false))
	}
	for _, by := range []int{20, -20} {
		if tr.change.seen(brighter(by, false)) {
			t.Errorf("a lamp of %d is a change", by)
		}
		if !tr.change.seen(brighter(by, true)) {
			t.Errorf("an eye under a lamp of %d is none", by)
		}
	}
	if g := video.NewFrame(320, 240); !tr.change.seen(g) {
		t.Error("a picture of another size is none")
	}
}

// How far lids are open is over the eye's width; an iris counts where they are open.
func TestOpenLidsAndIris(t *testing.T) {
	lm := &Landmarks{}
	put := func(x float32, up, low *[9]int, out, in, a, b int, opening, iris float32) {
		for k, i := range up {
			lm.Points[i] = Point{X: x + 5*float32(k), Y: 100 - opening/2}
		}
		for k, i := range low {
			lm.Points[i] = Point{X: x + 5*float32(k), Y: 100 + opening/2}
		}
		lm.Points[out], lm.Points[in] = Point{X: x, Y: 100}, Point{X: x + 40, Y: 100}
		lm.Points[a], lm.Points[b] = Point{X: x + 10, Y: 100}, Point{X: x + 10 + iris, Y: 100}
	}
	put(100, &RightUpperLid, &RightLowerLid, RightEyeOuter, RightEyeInner, 469, 471, 12, 14)
	put(200, &LeftUpperLid, &LeftLowerLid, LeftEyeOuter, LeftEyeInner, 474, 476, 10, 18)
	right, left := LidOpening(lm)
	if math.Abs(right-0.3) > 0.02 || math.Abs(left-0.25) > 0.02 {
		t.Errorf("open by %g and %g, want 0.3 and 0.25", right, left)
	}
	if got := irisPx(lm); math.Abs(got-16) > 1e-6 {
		t.Errorf("an iris of %g px, want the mean of 14 and 18", got)
	}
	put(200, &LeftUpperLid, &LeftLowerLid, LeftEyeOuter, LeftEyeInner, 474, 476, 4, 18)
	if got := irisPx(lm); math.Abs(got-14) > 1e-6 {
		t.Errorf("with one eye nearly shut an iris of %g px", got)
	}
	put(100, &RightUpperLid, &RightLowerLid, RightEyeOuter, RightEyeInner, 469, 471, 4, 14)
	if got := irisPx(lm); got != 0 {
		t.Errorf("with both shut an iris of %g px", got)
	}
}
