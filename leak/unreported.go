package leak

import (
	"context"
	"maps"
)

// FindUnreported is Find without the goroutines that a Check has reported, and without
// those that they have created, which a warning counts. Called after all tests, with a
// snapshot from before the first of them, it finds what no test was blamed for.
// VerifyTestMain and RunTests do so themselves.
func FindUnreported(ctx context.Context, base *Snapshot, opts ...Options) (Report, error) {
	var since Snapshot
	if base != nil {
		since = *base
	}
	ids := checks.alreadySeen()
	if ids == nil {
		ids = map[uint64]struct{}{}
	}
	maps.Copy(ids, since.goroutines.IDs)
	since.goroutines.IDs = ids
	return findOf(ctx, &since, checks.tests.Process(labelKey), opts...)
}
