//go:build go1.25

package generate

import (
	"testing"
	"testing/synctest"
)

// bubble runs f in a bubble.
func bubble(t *testing.T, f func(wait func())) {
	synctest.Test(t, func(*testing.T) { f(synctest.Wait) })
}
