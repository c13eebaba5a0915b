// Package childtest is for tests that watch processes come and go: a process
// notes its number in a file, and the test waits until it runs or is gone.
package childtest

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// patience bounds what tests wait for; nothing takes as long.
const patience = 30 * time.Second

// Note adds the number of a process to the file.
func Note(file string, pid int) error {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(strconv.Itoa(pid) + "\n")
	return errors.Join(err, f.Close())
}

// Await waits until n processes have noted their numbers in the file.
func Await(t testing.TB, file string, n int) []int {
	t.Helper()
	var pids []int
	Until(t, patience, func() bool {
		data, err := os.ReadFile(file)
		if err != nil || !strings.HasSuffix(string(data), "\n") {
			return false
		}
		pids = nil
		for line := range strings.FieldsSeq(string(data)) {
			pid, err := strconv.Atoi(line)
			if err != nil {
				t.Errorf("%s: got %q, want the number of a process", file, line)
			}
			pids = append(pids, pid)
		}
		return len(pids) >= n
	})
	return pids
}

// Gone fails the test unless all these processes are gone soon.
func Gone(t testing.TB, within time.Duration, pids ...int) {
	t.Helper()
	for _, pid := range pids {
		Until(t, within, func() bool { return !Alive(pid) })
	}
}

// Until fails the test unless the condition holds in time.
func Until(t testing.TB, within time.Duration, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(within); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("childtest: the condition does not hold after %v", within)
		}
	}
}
