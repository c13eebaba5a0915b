//go:build !linux

package profiles

import (
	"os"
	"testing"
)

func asUser(t *testing.T, f func()) {
	t.Helper()
	if os.Geteuid() == 0 {
		t.Skip("root may write to any folder, and cannot give that up for one thread here")
	}
	f()
}
