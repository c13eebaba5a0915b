package adapt

import (
	"errors"

	"github.com/watertight-go/watertight/executor"
)

// StreamConfigured is Configured for a fan-out of streams: it can be told the bounds of
// executor.Config.
//
//	adapt.StreamConfigured(func(c executor.Config) executor.Spec {
//		m := mypackage.Merger{Most: c.Limit}
//		return adapt.StreamChannel(m.Merge, event)
//	})
//
// The Spec claims executor.RespectsLimit. If build sets Bounds.AgentTimeout, the fan-out
// ends its agents itself: they get no time-out from this package.
func StreamConfigured(build func(c executor.Config) executor.Spec) executor.Spec {
	s := streamSpec(nil)
	s.Lacks = []executor.Clause{executor.RunsTools, executor.Joins}
	s.NewStream = func(c executor.Config) (executor.StreamExecutor, error) {
		c, err := c.WithDefaults()
		if err != nil {
			return nil, err
		}
		built := build(c)
		if built.NewStream == nil {
			return nil, errors.New("adapt: StreamConfigured: build returned no executor of streams (got a Spec without NewStream, want one that a function of this package made)")
		}
		x, err := built.NewStream(c)
		if a, ok := x.(untimed); ok && err == nil && built.Bounds.AgentTimeout > 0 {
			return a.WithoutTimeouts(), nil
		}
		return x, err
	}
	return s
}

// untimed is an executor that need not give its agents a time-out.
type untimed interface {
	WithoutTimeouts() executor.StreamExecutor
}
