//go:build !go1.25

package generate

import (
	"testing"
	"testing/synctest"
)

// bubble runs f in what Go 1.24 calls a group, with GOEXPERIMENT=synctest.
func bubble(_ *testing.T, f func(wait func())) {
	synctest.Run(func() { f(synctest.Wait) })
}
