package tracks

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"sort"
	"strconv"
	"strings"

	"facialis/anatomy"
	"facialis/face"
)

const meshMagic = "FMESH01\n"

// EveryS is the least time between two rows of a mesh, seconds.
const EveryS = 0.095

// contour is a line of mesh points.
type contour struct {
	name   string
	points []int
}

// contours are what is drawn over a face. Regions are single points on the skin
// that each region's movement is shown at.
var contours = []contour{
	{"outline.right", face.RightOutline[:]}, {"outline.left", face.LeftOutline[:]},
	{"brow.right", face.RightBrow[:]}, {"brow.left", face.LeftBrow[:]},
	{"upper_lid.right", face.RightUpperLid[:]}, {"upper_lid.left", face.LeftUpperLid[:]},
	{"lower_lid.right", face.RightLowerLid[:]}, {"lower_lid.left", face.LeftLowerLid[:]},
	{"iris.right", face.RightIris[:]}, {"iris.left", face.LeftIris[:]},
	{"outer_upper_lip", face.OuterUpperLip[:]}, {"outer_lower_lip", face.OuterLowerLip[:]},
	{"inner_upper_lip", face.InnerUpperLip[:]}, {"inner_lower_lip", face.InnerLowerLip[:]},
	{"bridge", face.Bridge[:]},
	{"region.right", regionPoints[0][:]}, {"region.left", regionPoints[1][:]},
}

// numbered are the regions that files of earlier versions number from 0.
var numbered = []anatomy.Region{anatomy.Frontalis, anatomy.OrbicularisOculi, anatomy.Zygomaticus, anatomy.OrbicularisOris,
	anatomy.Depressor, anatomy.Mentalis, anatomy.Platysma}

// pointName is the name of a contour's point: by region, else by number.
func pointName(contour string, i int) string {
	if strings.HasPrefix(contour, "region.") {
		return contour + "." + anatomy.RegionNames[i]
	}
	return contour + "." + strconv.Itoa(i)
}

// nameRegions names the regions of a file of an earlier version.
func nameRegions(points []string) {
	for i, p := range points {
		for k, r := range numbered {
			for _, side := range anatomy.SideNames {
				if p == "region."+side+"."+strconv.Itoa(k) {
					points[i] = "region." + side + "." + string(r)
				}
			}
		}
	}
}

// regionPoints is one mesh point for each region in the order of anatomy.Regions:
// above the brow, on the lid, on the cheek, beside the mouth's corner, on the upper lip, below
// the lower lip, on the chin, on the jaw line (the mesh has no neck).
var regionPoints = [2][anatomy.NumRegions]int{
	{105, 159, 205, 216, 39, 181, 201, 172},
	{334, 386, 425, 436, 269, 405, 421, 397},
}

// indices are the mesh points of a row, and their names.
func indices() (idx []int, names []string) {
	for _, c := range contours {
		for i, p := range c.points {
			idx, names = append(idx, p), append(names, pointName(c.name, i))
		}
	}
	return idx, names
}

type meshHeader struct {
	Points []string `json:"points"`
}

// MeshWriter writes a mesh file row by row.
type MeshWriter struct {
	w        *bufio.Writer
	idx      []int
	row      []byte
	last     float64
	mirrored bool
	err      error
}

// NewMeshWriter begins a mesh file. In a mirrored film the mesh's right is the
// person's left: names follow the person.
func NewMeshWriter(w io.Writer, mirrored bool) *MeshWriter {
	idx, names := indices()
	m := &MeshWriter{w: bufio.NewWriterSize(w, 1<<16), idx: idx, row: make([]byte, 4+4*len(idx)), last: math.Inf(-1), mirrored: mirrored}
	if mirrored {
		for i, n := range names {
			names[i] = otherSide(n)
		}
	}
	m.err = writeHeader(m.w, meshMagic, meshHeader{names})
	return m
}

// Add writes a frame's mesh, unless it is less than EveryS after the last.
func (m *MeshWriter) Add(t float64, w, h int, lm *face.Landmarks) {
	if m.err != nil || lm == nil || t < m.last+EveryS || w <= 0 || h <= 0 {
		return
	}
	m.last = t
	binary.LittleEndian.PutUint32(m.row, math.Float32bits(float32(t)))
	share := func(v float32, of int) uint16 {
		return uint16(math.Round(65535 * max(0, min(1, float64(v)/float64(of)))))
	}
	for i, p := range m.idx {
		binary.LittleEndian.PutUint16(m.row[4+4*i:], share(lm.Points[p].X, w))
		binary.LittleEndian.PutUint16(m.row[6+4*i:], share(lm.Points[p].Y, h))
	}
	_, m.err = m.w.Write(m.row)
}

// Close ends the file; it does not close what was written to.
func (m *MeshWriter) Close() error {
	if err := errors.Join(m.err, m.w.Flush()); err != nil {
		return fmt.Errorf("writing the mesh: %w", err)
	}
	return nil
}

// Contours is a stretch of a mesh file.
type Contours struct {
	T      []float64 `json:"t"`
	Points []string  `json:"points" doc:"Names in the order of a frame's pairs, as upper_lid.right.3; region.right.malar is the point of a region"`
	Frames []Values  `json:"frames" doc:"One list a time: x and y of each point, 0 to 1 of the picture's width and height"`
}

// ReadMesh reads the rows of a mesh file of size bytes between two times.
func ReadMesh(r io.ReaderAt, size int64, from, to float64) (*Contours, error) {
	var h meshHeader
	start, err := readHeader(r, meshMagic, &h)
	if err != nil {
		return nil, err
	}
	nameRegions(h.Points)
	row := int64(4 + 4*len(h.Points))
	n := int((size - start) / row)
	buf := make([]byte, row)
	at := func(i int) float64 {
		if _, e := r.ReadAt(buf[:4], start+int64(i)*row); e != nil {
			err = e
		}
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(buf)))
	}
	out := &Contours{T: []float64{}, Points: h.Points, Frames: []Values{}}
	for i := sort.Search(n, func(i int) bool { return at(i) >= from }); i < n && err == nil; i++ {
		if _, err = r.ReadAt(buf, start+int64(i)*row); err != nil {
			break
		}
		t := float64(math.Float32frombits(binary.LittleEndian.Uint32(buf)))
		if t > to {
			break
		}
		v := make(Values, 2*len(h.Points))
		for k := range v {
			v[k] = float32(binary.LittleEndian.Uint16(buf[4+2*k:])) / 65535
		}
		out.T, out.Frames = append(out.T, math.Round(t*1e4)/1e4), append(out.Frames, v)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the mesh: %w", err)
	}
	return out, nil
}
