package html

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/reports/internal/fixtures"
)

func diffText(t testing.TB) string {
	var b strings.Builder
	require.NoError(t, WriteDiff(&b, fixtures.ProfileDiff(t)))
	return b.String()
}

func TestDiffPage(t *testing.T) {
	page := diffText(t)
	require.Regexp(t, `fixtures\.waitFor.*\n?.*\+7`, tableText(t, page))
	require.Contains(t, page, "a &lt;b&gt;.pb.gz")
}
