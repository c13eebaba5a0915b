//go:build !unix

package scenariotest

import "time"

// cpuTime is zero: it is not known here.
func cpuTime() time.Duration { return 0 }
