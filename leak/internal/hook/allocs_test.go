package hook

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/watertight-go/watertight/leak/internal/require"
)

var kept []*int

// What a test allocates is recorded when it has ended. That of a parallel test is not,
// nor what is allocated before and after.
func TestMeasure(t *testing.T) {
	name := filepath.Join(t.TempDir(), "records")
	h := &hook{file: file{name: name}}
	t.Run("alone", func(t *testing.T) {
		h.measure(t, "TestAlone")
		for range 1000 {
			kept = append(kept, new(int))
		}
	})
	t.Run("parallel", func(t *testing.T) {
		h.measure(t, "TestParallel")
		t.Parallel()
	})
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	var r Record
	require.NoError(t, json.Unmarshal(text, &r)) // fails on a second record
	require.Equal(t, Measured, r.Event)
	require.Equal(t, "TestAlone", r.Test)
	require.Equal(t, true, r.Objects >= 1000 && r.Objects < 1500 && r.Bytes >= 8000)
}
