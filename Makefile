# Watertight: `make stress` is the main job, `make test` runs all tests, and
# `make check` is what CI runs.

# The Go version that builds everything. It is fetched as a module where the local
# Go is another one. GOTOOLCHAIN is set here, since the environment may say local.
TOOLCHAIN ?= go1.27.4
export GOTOOLCHAIN := $(TOOLCHAIN)

# All modules of the repository.
MODULES := $(sort $(dir $(shell find . -name go.mod -not -path './bin/*' -not -path '*/testdata/*')))
# Extra arguments of `make stress`, as in STRESS='--requests 10000'.
STRESS ?=
# Extra arguments of `make speed`, as in SPEED='-cases provable -sizes 10000'.
SPEED ?=
TOOL := go tool -modfile=tools.mod

.PHONY: help stress attach attach-rates attach-servers service service-trial mutants innocents test race bench bench-readme accuracy accuracy-readme suites pairs speed gate baseline gate-selftest check fmt lint generate readme clean build vet tidy generated

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

stress: build ## the main job: executors through all scenarios, of calls and of streams; reports in reports/latest
	bin/stress run $(RACE_FLAGS) $(STRESS)
	bin/stress run -streams -out reports/latest/streams $(RACE_FLAGS)

# The binary with the race detector needs a C compiler. Without one, the report says
# that the claim about races was not measured, and why.
build:
	@mkdir -p bin
	go build -o bin/stress ./cmd/stress
	@rm -f bin/stress-race bin/race.note
	@CGO_ENABLED=1 go build -race -o bin/stress-race ./cmd/stress 2>bin/race.note || \
		echo "no binary with the race detector: $$(head -n 1 bin/race.note)" >&2
RACE_FLAGS = $$(test -x bin/stress-race && echo --race-binary bin/stress-race || echo "--race-note=no-C-compiler")

# Extra arguments of `make mutants` and `make innocents`, as in SELFTEST='--runs 1'.
SELFTEST ?=

mutants: ## executors with one defect each through the catalogue: what finds the defects
	@mkdir -p bin
	go build -o bin/mutants ./cmd/mutants
	@rm -f bin/mutants-race
	@CGO_ENABLED=1 go build -race -o bin/mutants-race ./cmd/mutants 2>bin/race.note || \
		echo "no binary with the race detector: $$(head -n 1 bin/race.note)" >&2
	bin/mutants $$(test -x bin/mutants-race && echo --race-binary bin/mutants-race || echo "--race-note=no-C-compiler") $(SELFTEST)

innocents: ## correct executors through the catalogue; writes the table of peers
	@mkdir -p bin
	cd bench/peers && go build -o ../../bin/innocents ./cmd/innocents
	bin/innocents $(SELFTEST) | tee bin/peers.md
	@{ sed '/^<!-- table/q' bench/peers/PEERS.md; cat bin/peers.md; } > bin/PEERS.md && mv bin/PEERS.md bench/peers/PEERS.md

test: ## all tests with the race detector, in every module
	@go version
	@for m in $(MODULES); do (cd $$m && go test -race -timeout 60m ./...) || exit 1; done

race: ## all tests five times, and on 1, 2 and 8 processors
	@for m in $(MODULES); do (cd $$m && go test -race -timeout 60m -count=5 ./... && go test -race -timeout 60m -cpu=1,2,8 ./...) || exit 1; done

# The ratios come first: docs/benchmarks.md shows them. The Go benchmarks leave out
# rows of a million agents.
bench: ## executors and peers against the floor (bin/bench.json), then the Go benchmarks for benchstat
	@mkdir -p bin && rm -f bin/bench.json
	cd bench/peers && go build -o ../../bin/peers .
	bin/peers run --out bin/bench.json
	cd bench/peers && CGO_ENABLED=1 go run -race . overshoot --out ../../bin/bench.json || go run . overshoot --out ../../bin/bench.json
	bin/peers show --from bin/bench.json
	go test -run '^$$' -bench . -benchmem -count=6 ./bench
	cd leak && go test -run '^$$' -bench . -benchmem -count=6 .
	cd bench/peers && go test -run '^$$' -bench . -benchmem -count=6 .

bench-readme: ## put the ratios of the last make bench into docs/benchmarks.md
	cd bench/peers && go run . write --from ../../bin/bench.json --file ../../docs/benchmarks.md

accuracy: ## how often package leak is right, beside goleak: small programs and Go's bug kernels
	@mkdir -p bin
	go build -o bin/accuracy ./internal/accuracy
	bin/accuracy run -out bin/accuracy.json

attach: ## watch a service with six faults for a minute and a half (docs/attach.md)
	@mkdir -p bin
	go build -o bin/stress ./cmd/stress
	go build -o bin/leakyservice ./examples/leakyservice
	@bin/leakyservice -addr 127.0.0.1:6060 -for 110s & sleep 1; \
		bin/stress attach http://127.0.0.1:6060 -metrics http://127.0.0.1:6060/metrics -for 90s -every 500ms $(ATTACH)

# Extra arguments of `make attach`, as in ATTACH='-o reports/attach'.
ATTACH ?=

attach-rates: ## how often stress attach is right, on made-up services
	go run ./attach/cmd/rates

attach-servers: ## watch nats-server, nsqd, etcd, Caddy and Prometheus, idle and under load; takes half an hour
	go run ./attach/cmd/servers

service: ## a service before and after its fix, while its upstream hangs, in a minute (docs/service.md); report in reports/service
	@mkdir -p bin
	go build -o bin/stress ./cmd/stress
	bin/stress service -package ./examples/agentservice/before -package ./examples/agentservice/after -url /ask -ready /healthz -o reports/service $(SERVICE)

# Extra arguments of `make service`, as in SERVICE='-schedule ok:1s,hang:2s'.
SERVICE ?=

service-trial: ## how often stress service is right, on services whose faults are known; takes two hours, or see TRIAL
	@mkdir -p bin
	go build -o bin/servicetrial ./service/cmd/servicetrial
	bin/servicetrial $(TRIAL)

# Extra arguments of `make service-trial`, as in TRIAL='-runs 5 -only body,healthy'.
TRIAL ?=

suites: ## the tests of public modules under a leak check, and plain beside it; takes some minutes
	@mkdir -p bin
	go build -o bin/suites ./internal/suites
	bin/suites $(SUITES)

# Extra arguments of `make suites`, as in SUITES='-only websocket'.
SUITES ?=

pairs: ## published versions of public modules compared: mended leaks, and the same version twice; takes some minutes
	@mkdir -p bin
	go build -o bin/pairs ./internal/suites/pairs
	bin/pairs $(PAIRS)

# Extra arguments of `make pairs`, as in PAIRS='-only clockwork'.
PAIRS ?=

speed: ## package leak beside goleak: time and memory, with requirements; takes some minutes
	@mkdir -p bin
	go run ./internal/speed -benchmarks bin/speed.txt $(SPEED)

# The threshold for time is wide: the ratio to the floor varies from machine to
# machine, and CI is never quiet. Twice as slow is +100 %.
gate: build ## a quick run against the committed baseline: exit 1 where the reference is worse
	@if [ "$$(go env GOOS)/$$(go env GOARCH)" = linux/amd64 ]; then bin/stress gate -baseline reports/baseline.json -threshold 50%; else \
		echo "reports/baseline.json has no rows of this system: verdicts only"; bin/stress run --scenarios $(QUICK) --executors waitgroup,reference --out bin/gate; fi
QUICK := normal,timeout,cancel,error,partial-success,all-fail,cleanup,panic,goexit,limit,tool-hang-ignoring,stuck-agent

baseline: ## measure the committed baseline again, with both Go versions
	for t in $(BASELINES); do GOTOOLCHAIN=$$t go build -o bin/stress-$$t ./cmd/stress && bin/stress-$$t baseline -o reports/baseline.json || exit 1; done
BASELINES := go1.26.8 go1.27.4

gate-selftest: ## test the gate: 25 runs of each trial, about 20 minutes on a quiet machine
	go build -o bin/gateselftest ./internal/gateselftest
	bin/gateselftest selftest

check: fmt vet lint tidy generated test gate ## all that CI checks

fmt: ## fail on files that gofmt would change
	@out=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$out" || { echo "gofmt -w these:"; echo "$$out"; exit 1; }

vet:
	@for m in $(MODULES); do for os in linux darwin windows; do \
		echo "vet $$m for $$os"; (cd $$m && GOOS=$$os go vet ./...) || exit 1; done; done

lint: ## staticcheck, and actionlint on the workflow and the action
	@$(TOOL) actionlint -shellcheck= -pyflakes=
	@for m in $(MODULES); do root=$$PWD; (cd $$m && go tool -modfile=$$root/tools.mod staticcheck ./...) || exit 1; done

tidy:
	@for m in $(MODULES); do (cd $$m && go mod tidy -diff) || exit 1; done
	@tmp=$$(mktemp -d) && cp tools.mod $$tmp/go.mod && cp tools.sum $$tmp/go.sum && (cd $$tmp && go mod tidy -diff); s=$$?; rm -rf $$tmp; exit $$s

generate: ## write the generated mock and the archive of package leak again
	$(TOOL) mockery
	go test ./suite/internal/engine -run TestArchive -update

# Generates into a temporary folder and compares, without changing the sources.
generated:
	@tmp=$$(mktemp -d) && echo 'module mockrunner' > $$tmp/go.mod && sed "s|^dir: .*|dir: $$tmp|" .mockery.yml > $$tmp/mockery.yml && \
		$(TOOL) mockery --config $$tmp/mockery.yml >$$tmp/log 2>&1 && diff -u mocks/mockrunner/mock_runner.go $$tmp/mock_runner.go; \
		s=$$?; test $$s = 0 || { cat $$tmp/log; echo "generated files differ: run make generate"; }; rm -rf $$tmp; exit $$s

readme: ## put the verdict and the compatibility matrix of the last run into docs/case.md
	bin/stress report reports/latest/report.json | go run ./internal/excerpt -until '── Compatibility of the others' docs/case.md

accuracy-readme: ## put the last accuracy result into docs/accuracy.md
	bin/accuracy write bin/accuracy.json docs/accuracy.md

clean: ## remove what the other targets built and wrote
	rm -rf bin reports/latest
