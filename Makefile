# Watertight: `make stress` is the main job, `make test` runs all tests, and
# `make check` is what CI runs.

# The Go that everything is built with. It is fetched as a module where the
# local Go is another; the environment may say GOTOOLCHAIN=local, so it is set here.
TOOLCHAIN ?= go1.27.4
export GOTOOLCHAIN := $(TOOLCHAIN)

# Every module of the tree, nested ones too.
MODULES := $(sort $(dir $(shell find . -name go.mod -not -path './bin/*' -not -path '*/testdata/*')))
# Extra arguments of `make stress`, as in STRESS='--requests 10000'.
STRESS ?=
TOOL := go tool -modfile=tools.mod

.PHONY: help stress test race bench bench-readme gate check fmt lint generate readme clean build vet tidy generated

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

stress: build ## the main job: five executors through the matrix, profiles and reports in reports/latest
	bin/stress run $(RACE_FLAGS) $(STRESS)

# The binary with the race detector needs a C compiler; where there is none the
# report says that the race claim was not measured, and why.
build:
	@mkdir -p bin
	go build -o bin/stress ./cmd/stress
	@rm -f bin/stress-race bin/race.note
	@CGO_ENABLED=1 go build -race -o bin/stress-race ./cmd/stress 2>bin/race.note || \
		echo "no binary with the race detector: $$(head -n 1 bin/race.note)" >&2
RACE_FLAGS = $$(test -x bin/stress-race && echo --race-binary bin/stress-race || echo "--race-note=no-C-compiler")

test: ## all tests with the race detector, in every module
	@go version
	@for m in $(MODULES); do (cd $$m && go test -race -timeout 20m ./...) || exit 1; done

race: ## the tests that a scheduler can upset, five times and on 1, 2 and 8 processors
	@for m in $(MODULES); do (cd $$m && go test -race -timeout 60m -count=5 ./... && go test -race -timeout 60m -cpu=1,2,8 ./...) || exit 1; done

# The ratios first: they are what the README shows. A row of a million agents
# is bounded by the budget, the Go benchmarks leave such rows out.
bench: ## executors and peers against the floor (bin/bench.json), then the Go benchmarks for benchstat
	@mkdir -p bin && rm -f bin/bench.json
	cd bench/peers && go build -o ../../bin/peers .
	bin/peers run --out bin/bench.json
	cd bench/peers && CGO_ENABLED=1 go run -race . overshoot --out ../../bin/bench.json || go run . overshoot --out ../../bin/bench.json
	bin/peers show --from bin/bench.json
	go test -run '^$$' -bench . -benchmem -count=6 ./bench ./leak
	cd bench/peers && go test -run '^$$' -bench . -benchmem -count=6 .

bench-readme: ## put the ratios of the last make bench into README.md
	cd bench/peers && go run . readme --from ../../bin/bench.json --file ../../README.md

gate: build ## a quick run of the compatibility matrix: exit 1 if the reference breaks a clause
	bin/stress run --scenarios normal,timeout,cancel,error,partial-success,all-fail,cleanup,panic,goexit,limit,tool-hang-ignoring,stuck-agent --executors waitgroup,reference --out bin/gate

check: fmt vet lint tidy generated test gate ## all that CI checks

fmt: ## fail on files that gofmt would change
	@out=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$out" || { echo "gofmt -w these:"; echo "$$out"; exit 1; }

vet:
	@for m in $(MODULES); do for os in linux darwin windows; do \
		echo "vet $$m for $$os"; (cd $$m && GOOS=$$os go vet ./...) || exit 1; done; done

lint: ## staticcheck
	@for m in $(MODULES); do root=$$PWD; (cd $$m && go tool -modfile=$$root/tools.mod staticcheck ./...) || exit 1; done

tidy:
	@for m in $(MODULES); do (cd $$m && go mod tidy -diff) || exit 1; done
	@tmp=$$(mktemp -d) && cp tools.mod $$tmp/go.mod && cp tools.sum $$tmp/go.sum && (cd $$tmp && go mod tidy -diff); s=$$?; rm -rf $$tmp; exit $$s

generate: ## write the generated mock again
	$(TOOL) mockery

# Generates into a temporary folder and compares: the tree is not touched.
generated:
	@tmp=$$(mktemp -d) && echo 'module mocks' > $$tmp/go.mod && sed "s|^dir: .*|dir: $$tmp|" .mockery.yml > $$tmp/mockery.yml && \
		$(TOOL) mockery --config $$tmp/mockery.yml >$$tmp/log 2>&1 && diff -u mocks/mock_runner.go $$tmp/mock_runner.go; \
		s=$$?; test $$s = 0 || { cat $$tmp/log; echo "generated files differ: run make generate"; }; rm -rf $$tmp; exit $$s

readme: ## put the verdict and the compatibility matrix of the last run into README.md
	bin/stress report reports/latest/report.json | awk '/^── Compatibility of the others/{exit} {print}' > bin/excerpt
	awk '/excerpt: begin/{print; print "```"; while ((getline l < "bin/excerpt") > 0) print l; print "```"; skip=1} /excerpt: end/{skip=0} !skip{if (!/excerpt: begin/) print}' README.md > bin/README.md
	mv bin/README.md README.md

clean: ## remove what the other targets built and wrote
	rm -rf bin reports/latest
