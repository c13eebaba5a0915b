package attach

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A folder is read in the order of the times inside the files, whatever their names.
func TestFolder(t *testing.T) {
	dir := t.TempDir()
	began := time.Unix(1700000000, 0)
	save := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 100 {
		at := began.Add(time.Duration(i) * time.Minute)
		counts := map[string]int64{leakStack: int64(30 * i), queueStack: 7}
		save(fmt.Sprintf("%04d.pb.gz", (i*37)%100), encoded("goroutine", "b1", at, counts))
		save(fmt.Sprintf("heap-%04d.pb.gz", i), encoded("heap", "b1", at, map[string]int64{sessionStack: 5 << 20}))
	}
	save("proof.pb.gz", encoded("goroutineleak", "b1", began.Add(2*time.Hour), map[string]int64{leakStack: 2900}))
	save("notes.txt", "not a profile")
	save("cpu.pb.gz", encoded("cpu", "b1", began, nil))
	o, err := ReadFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	r := Judge(o)
	if len(r.Findings) != 1 || r.Findings[0].Verdict != Leak || r.Findings[0].Proven != 2900 || r.Findings[0].PerSecond < 0.49 || r.Findings[0].PerSecond > 0.51 {
		t.Errorf("got %+v, want a leak of 0.5 a second, 2900 proven", r.Findings)
	}
	if s := r.Instances[0]; s.Polls != 100 || s.Interval != 60 || len(s.Problems) != 2 {
		t.Errorf("got %d profiles, every %v s, problems %q, want 100, 60 s and two files that are none", s.Polls, s.Interval, s.Problems)
	}
}

func TestFolderWithoutProfiles(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.txt"), []byte("goroutine profile: total 3"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadFolder(dir); err == nil || !strings.Contains(err.Error(), "got no profile") || !strings.Contains(err.Error(), "debug=1") {
		t.Errorf("got %v, want an error that says what is there", err)
	}
}
