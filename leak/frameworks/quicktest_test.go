//lint:file-ignore SA1019 suites that still use Done and Defer are checked as well

package frameworks

import (
	"testing"

	qt "github.com/frankban/quicktest"

	"github.com/watertight-go/watertight/leak"
)

func TestQuicktestSuite(t *testing.T) {
	isSuite(t)
	c := qt.New(t)
	c.Run("clean", func(c *qt.C) {
		leak.Check(c)
		work()
		c.Assert(1, qt.Equals, 1)
	})
	c.Run("leaks", func(c *qt.C) {
		leak.Check(c)
		startLeak()
	})
	c.Run("ends in Defer", func(c *qt.C) {
		leak.Check(c)
		defer c.Done()
		quit := make(chan bool)
		go func() { <-quit }()
		c.Defer(func() { close(quit) })
	})
	c.Run("captured by Defer", func(c *qt.C) {
		leak.Check(c)
		defer c.Done()
		captured := make(chan int)
		go func() { captured <- 1 }()
		c.Defer(func() { _ = len(captured) })
	})
}

func TestQuicktest(t *testing.T) {
	requireResults(t, "TestQuicktestSuite",
		[]string{"TestQuicktestSuite/clean", "TestQuicktestSuite/ends_in_Defer"},
		[]string{"TestQuicktestSuite/leaks", "TestQuicktestSuite/captured_by_Defer"})
}
