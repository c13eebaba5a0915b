package suite

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// Lines that come from several goroutines are whole, and the race detector finds nothing.
func TestInTurn(t *testing.T) {
	var out bytes.Buffer
	w := &inTurn{to: &out}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				fmt.Fprintln(w, "line")
			}
		})
	}
	all.Wait()
	require.Equal(t, strings.Repeat("line\n", 800), out.String())
}
