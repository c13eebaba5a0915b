package rules

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	_ "net/http/pprof"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// smaller makes a command of the documents short enough for a test, by flags
// that the documents show, too. The scenarios in it have no tools: a busy machine
// can make a tool miss its time.
var smaller = []struct {
	command *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`-requests \d+`), "-requests 20 -agents 2"},
	{regexp.MustCompile(`^(bin/stress baseline .*)$`), "$1 -measure cells,costs -scenarios partial-success,error"},
	{regexp.MustCompile(`^(bin/stress gate -baseline \S+)$`), "$1 -measure cells,costs -scenarios partial-success,error"},
	{regexp.MustCompile(`^(bin/stress gate -baseline \S+ \S+)$`), "$1 -measure cells,costs"},
	{regexp.MustCompile(`^(bin/stress run -streams)\b.*$`), "$1 -executors stream-unbuffered -scenarios=stream-break,stream-error"},
	{regexp.MustCompile(`^(bin/stress run\b.*) -scenarios \S+(.*)$`), "$1 -scenarios partial-success,error,accumulation$2"},
	{regexp.MustCompile(`^(bin/stress run( -(shard|out|before|after|bench)( [^ -]\S*)?)*)$`), "$1 -scenarios partial-success,error"},
	{regexp.MustCompile(`^(bin/stress run (?:-scenarios|-requests|-shard|-bench)\b.*)$`), "$1 -executors waitgroup"},
	// Published versions need the module proxy.
	{regexp.MustCompile(`^bin/stress test -before \S+ -after \S+.*$`), "bin/stress test -before main -after HEAD -runs 1 -all ./..."},
	{regexp.MustCompile(`^(bin/stress test -before main .*)$`), "$1 -runs 1"},
	{regexp.MustCompile(`^(bin/stress service -before main .*)$`), "$1 -for 500ms -settle 1s"},
	// Two runs of a benchmark differ on a machine that also runs other tests.
	{regexp.MustCompile(`^(go test .* -bench \. .*-count 10) (.* > old.txt)$`), "$1 -benchtime 10x $2"},
	{regexp.MustCompile(`^go test .* -bench \. .* > new.txt$`), "cp old.txt new.txt"},
	{regexp.MustCompile(`^(bin/stress gate -bench -calibrate .*)$`), "for i in 1 2 3; do go test -run '^$$' -bench . -benchmem -count 10 -benchtime 10x ./mypackage > run$$i.txt; done; $1"},
	// Prometheus and a cluster are played by servers in the tests of attach/discover.
	{regexp.MustCompile(`^bin/stress attach -(prometheus|k8s) \S+`), "bin/stress attach http://localhost:6060"},
	{regexp.MustCompile(`^(bin/stress attach http.*?)( -for \S+)?$`), "$1 -for 2s"},
	{regexp.MustCompile(`^(bin/stress attach profiles/)$`), "mkdir -p profiles; $1"},
	// It plays until a signal comes.
	{regexp.MustCompile(`^(bin/stress upstream) -addr \S+ (.*)$`), "$1 $2 & sleep 1; kill $$! && wait $$!"},
	{regexp.MustCompile(`http://(localhost|a|b):6060`), "$$SERVICE"},
}

// exits are the exit codes of the commands that do not end with 0.
var exits = map[string]int{
	"bin/stress run -before reference -after errgroup": 1, // errgroup breaks the contract
	"bin/stress attach profiles/":                      2, // the folder is empty
}

// mayNotTell begins commands that may also end with exit code 2: a busy machine cannot
// judge times, and a service is not watched for long enough.
var mayNotTell = []string{"bin/stress bench ", "bin/stress gate -bench ", "bin/stress attach ", "bin/stress service "}

// command is one line of a shell block.
type command struct {
	place string
	text  string
}

// commands are the lines of the shell blocks of a document.
func commands(name, document string) (all []command) {
	comment := regexp.MustCompile(`(^|\s+)#.*$`)
	for _, b := range fenced(name, document) {
		if b.lang != "sh" {
			continue
		}
		text := strings.ReplaceAll(b.text, "\\\n", "")
		for i, line := range strings.Split(text, "\n") {
			if line = strings.TrimSpace(comment.ReplaceAllString(line, "")); line != "" {
				all = append(all, command{fmt.Sprintf("%s:%d", name, b.line+i), line})
			}
		}
	}
	return all
}

// Every command of the documents works. Those of make are planned, all others
// run, in the order of the document: a document shows what makes the files that
// its commands read.
func TestCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs the command")
	}
	if runtime.GOOS == "windows" {
		t.Skip("no shell")
	}
	stress := filepath.Join(t.TempDir(), "stress")
	build := exec.Command("go", "build", "-o", stress, "./cmd/stress")
	build.Dir = rootDir(t)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build ./cmd/stress: %v\n%s", err, out)
	}
	service := httptest.NewServer(http.DefaultServeMux) // which package net/http/pprof adds its handlers to
	t.Cleanup(service.Close)
	http.HandleFunc("/metrics", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "http_requests_total 1") })
	t.Setenv("SERVICE", service.URL)
	for _, name := range documents(t) {
		all := commands(name, document(t, name))
		if len(all) == 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			m := newUserModule(t)
			symlink(t, stress, filepath.Join(m.dir, "bin", "stress"))
			for _, c := range all {
				c.check(t, m)
			}
		})
	}
}

func (c command) check(t *testing.T, m userModule) {
	t.Helper()
	if target, ok := strings.CutPrefix(c.text, "make "); ok {
		checkTarget(t, c.place, strings.Fields(target)[0])
		return
	}
	text := c.text
	for _, s := range smaller {
		text = s.command.ReplaceAllString(text, s.with)
	}
	t.Logf("%s: %s", c.place, text)
	code, out := m.run(t, "sh", "-c", text)
	unsure := code == 2 && strings.Contains(strings.ToLower(out), "could not tell") &&
		slices.ContainsFunc(mayNotTell, func(start string) bool { return strings.HasPrefix(c.text, start) })
	if code != exits[c.text] && !unsure {
		t.Errorf("%s: %s: got exit code %d, want %d:\n%s", c.place, text, code, exits[c.text], out)
	}
}

func TestCommandsAreFound(t *testing.T) {
	got := commands("x.md", "```sh\n# first\nmake test   # all\nbin/stress run \\\n  -out x\n```\n```go\nmake()\n```\n")
	if want := "[{x.md:3 make test} {x.md:4 bin/stress run   -out x}]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}
