package text

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/profiles"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/fixtures"
)

func TestDiffOfProfiles(t *testing.T) {
	var b strings.Builder
	require.NoError(t, ProfileDiff(&b, fixtures.ProfileDiff(t), Options{Width: 120}))
	require.Regexp(t, `fixtures\.waitFor +0 +7 +\+7 +0\n`, b.String())
	require.Contains(t, b.String(), `go tool pprof -http=localhost: -diff_base 'a <b>.pb.gz' 'it'\''s.pb.gz'`)
}

func TestDiffRefusesTypes(t *testing.T) {
	p, err := profiles.Capture(profiles.Heap)
	require.NoError(t, err)
	d := reports.ProfileDiff{BeforeFile: "a", Before: p, AfterFile: "b", After: p, SampleType: "nosuch"}
	err = ProfileDiff(io.Discard, d, Options{})
	require.EqualError(t, err, `got sample type "nosuch", want one of ["alloc_objects" "alloc_space" "inuse_objects" "inuse_space"]`)
	d.SampleType = "alloc_objects"
	var b strings.Builder
	require.NoError(t, ProfileDiff(&b, d, Options{}))
	require.Contains(t, b.String(), "Profiles of heap by alloc_objects")
	require.Contains(t, b.String(), "No function differs.")
}
