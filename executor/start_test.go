package executor

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// One slow yield must not end yielding: a million goroutines would find no ended
// ones to use again. Where all are slow, few are made.
func TestYielderPausesAfterASlowYield(t *testing.T) {
	made := func(turns int, d time.Duration) (n int) {
		y := yielder{}
		y.took(2 * time.Millisecond)
		for range turns {
			if y.left > 0 {
				y.now()
				continue
			}
			n++
			y.took(d)
		}
		return n
	}
	require.Equal(t, 0, made(leastLeftOut, 0))
	require.Equal(t, 100, made(leastLeftOut+100, 0), "the next are quick again")
	require.Equal(t, 3, made(leastLeftOut+1+2*leastLeftOut+1+4*leastLeftOut+1, 2*time.Millisecond), "twice as many are left out each time")
}
