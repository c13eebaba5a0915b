package rules

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// runs says what runs each command of the README, so that none of them rots
// unseen. A command in the README that is not here fails the test.
var runs = map[string]string{
	"make mutants":      "internal/selftest, TestMutantsDie",
	"make innocents":    "bench/peers/innocents, TestInnocentsAreNotAccused",
	"make stress":       "CI, job stress",
	"make test":         "make check",
	"make check":        ".ci/run",
	"make bench":        "by hand, for the README: it takes ten minutes; bench/peers, TestRunShowAndReadme, runs its parts in small",
	"make bench-readme": "bench/peers, TestRunShowAndReadme",
	"bin/stress list":   "stress/testdata/readme.txtar",
	"bin/stress run -scenarios 'partial*,cancel*'":                                           "stress/testdata/readme.txtar",
	"bin/stress run -before reference -after errgroup":                                       "stress/testdata/readme.txtar",
	"bin/stress run -requests 10000 -scenarios accumulation":                                 "stress/testdata/readme.txtar, with fewer requests",
	"bin/stress report -format junit reports/latest/report.json":                             "stress/testdata/readme.txtar",
	"bin/stress report -format sarif reports/latest/report.json":                             "stress/testdata/readme.txtar",
	"bin/stress report -format annotations reports/latest/report.json":                       "stress/testdata/readme.txtar",
	"bin/stress report -format markdown reports/latest/report.json":                          "stress/testdata/readme.txtar",
	"bin/stress run -shard 1/2 -out out/1":                                                   "stress/testdata/readme.txtar, with fewer scenarios",
	"bin/stress run -shard 2/2 -out out/2":                                                   "stress/testdata/readme.txtar, with fewer scenarios",
	"bin/stress merge -out out/all out/1 out/2":                                              "stress/testdata/readme.txtar",
	"bin/stress diff before.pb.gz after.pb.gz -o diff.html":                                  "stress/testdata/diff.txtar",
	"bin/stress report reports/latest/report.json":                                           "stress/testdata/readme.txtar",
	"bin/stress baseline -o baseline.json":                                                   "stress/testdata/gate-quick.txtar",
	"bin/stress gate -baseline baseline.json":                                                "stress/testdata/gate-quick.txtar; make check",
	"bin/stress gate -baseline baseline.json reports/latest/report.json":                     "stress/testdata/gate.txtar",
	"bin/stress gate -bench -threshold 'sec/op=5%,B/op=0,allocs/op=0' old.txt new.txt":       "stress/testdata/gate-bench.txtar",
	"go tool pprof -top reports/latest/profiles/waitgroup/accumulation/goroutine-diff.pb.gz": "profiles, TestGoToolPprofOpens; stress/testdata/readme.txtar sees the file written",
}

func readme(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestEveryCommandOfTheReadmeIsRunSomewhere(t *testing.T) {
	comment := regexp.MustCompile(`\s+#.*$`)
	seen := 0
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(readme(t), -1) {
		for _, line := range strings.Split(strings.TrimSpace(block[1]), "\n") {
			command := comment.ReplaceAllString(line, "")
			if runs[command] == "" {
				t.Errorf("nothing runs %q: have a test or CI run it, and say so in the table", command)
			}
			seen++
		}
	}
	if seen != len(runs) {
		t.Errorf("README has %d commands, the table %d", seen, len(runs))
	}
}

func TestTargetsOfTheReadmeExist(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("`?make ([a-z-]+)").FindAllStringSubmatch(readme(t), -1) {
		if !strings.Contains(string(data), "\n"+m[1]+":") {
			t.Errorf("README says make %s, the Makefile has no such target", m[1])
		}
	}
}

func TestReadmeHoldsAnExcerpt(t *testing.T) {
	_, rest, ok := strings.Cut(readme(t), "<!-- excerpt: begin")
	body, _, ok2 := strings.Cut(rest, "<!-- excerpt: end")
	if !ok || !ok2 || !strings.Contains(body, "Verdict") {
		t.Error("README has no excerpt of a report: run make stress readme")
	}
}
