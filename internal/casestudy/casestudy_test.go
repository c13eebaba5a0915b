package casestudy

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/exhibits"
	"github.com/watertight-go/watertight/reports"
)

func TestCoversTheExecutorsOfTheCase(t *testing.T) {
	all := exhibits.Specs()
	for _, before := range all {
		for _, after := range exhibits.Specs() {
			require.True(t, Covers(before, after), "%s and %s", before.Name, after.Name)
		}
	}
	before, after := all[0], all[len(all)-1]
	wrapped := before
	wrapped.New = func(c executor.Config) (executor.ParallelExecutor, error) { return exhibits.NewWaitGroup(c) }
	for name, stranger := range map[string]executor.Spec{
		"another name":                 {Name: "mine", New: before.New},
		"the name of the original":     {Name: before.Name, New: exhibits.NewErrGroup},
		"an original that is wrapped":  wrapped,
		"an executor without function": {Name: before.Name},
	} {
		require.False(t, Covers(stranger, after), name)
		require.False(t, Covers(before, stranger), name)
	}
}

// A joined report has claims where all of its parts have.
func TestUpdate(t *testing.T) {
	of := func(names ...string) *reports.Report {
		r := &reports.Report{Before: "waitgroup", After: "reference"}
		for _, id := range names {
			r.Claims = append(r.Claims, reports.Claim{ID: id})
		}
		return r
	}
	joined := of()
	Update(joined, of("1a"), of("1a"))
	require.Len(t, joined.Claims, len(claims(joined)))
	joined = of()
	Update(joined, of("1a"), of())
	require.Empty(t, joined.Claims)
}
