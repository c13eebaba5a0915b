package accepted

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/watertight-go/watertight/attach"
)

func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "sites.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func finding(function string, v attach.Verdict) attach.Finding {
	return attach.Finding{Kind: attach.Goroutines, Site: attach.Site{Function: function}, Verdict: v}
}

func TestAcceptedUntilADate(t *testing.T) {
	l, err := Load(write(t, `sites:
  - {site: main.known, kind: goroutines, reason: "see #12", until: 2027-03-31}
  - {site: main.old*, reason: "see #1", until: 2026-01-31}
  - {site: main.gone, reason: "see #2", until: 2027-01-31}
  - {site: main.heap, kind: heap, reason: "see #3", until: 2027-01-31}
`))
	if err != nil {
		t.Fatal(err)
	}
	in := attach.Result{Findings: []attach.Finding{finding("main.known", attach.Leak), finding("main.older", attach.Leak), finding("main.heap", attach.Leak)}}
	got := l.Apply(in, time.Date(2027, 3, 31, 23, 0, 0, 0, time.UTC))
	verdicts := map[string]attach.Verdict{}
	for _, f := range got.Findings {
		verdicts[f.Function] = f.Verdict
	}
	if verdicts["main.known"] != attach.Known || verdicts["main.older"] != attach.Expired || verdicts["main.heap"] != attach.Leak {
		t.Errorf("got %v, want known, expired, and a leak of goroutines that the entry for heap does not accept", verdicts)
	}
	if len(got.Hints) != 2 || !strings.Contains(strings.Join(got.Hints, " "), "main.gone") {
		t.Errorf("got the hints %q, want two: of main.gone and of main.heap", got.Hints)
	}
	if in.Findings[0].Verdict != attach.Leak {
		t.Error("the result that was given has changed")
	}
	only := attach.Result{Findings: in.Findings[:1]}
	if code := l.Apply(only, time.Date(2027, 3, 31, 0, 0, 0, 0, time.UTC)).ExitCode(); code != 0 {
		t.Errorf("got exit code %d with an accepted leak, want 0", code)
	}
	if code := l.Apply(only, time.Date(2027, 4, 1, 0, 0, 0, 0, time.UTC)).ExitCode(); code != 1 {
		t.Errorf("got exit code %d after the date, want 1", code)
	}
}

func TestMistakesAreNamed(t *testing.T) {
	for text, want := range map[string]string{
		"sites:\n  - {site: main.a, until: 2027-01-01}":                     "reason: got none",
		"sites:\n  - {site: main.a, reason: x}":                             "until: got \"\"",
		"sites:\n  - {site: main.a, reason: x, until: soon}":                "until: got \"soon\"",
		"sites:\n  - {reason: x, until: 2027-01-01}":                        "site: got \"\"",
		"sites:\n  - {site: 'a[', reason: x, until: 2027-01-01}":            "site: got",
		"sites:\n  - {site: a, kind: timers, reason: x, until: 2027-01-01}": "kind: got \"timers\"",
		"sites:\n  - {site: a, why: x, until: 2027-01-01}":                  "why",
		"sites: 5": "sites.yaml",
	} {
		if _, err := Load(write(t, text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want an error with %q", text, err, want)
		}
	}
	if l, err := Load(write(t, "")); err != nil || len(l.Sites) != 0 {
		t.Errorf("got %v, %v of an empty file, want an empty list", l, err)
	}
}
