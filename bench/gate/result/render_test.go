package result

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestManyRowsAlikeAreSummedUp(t *testing.T) {
	var r Result
	for i := range 50 {
		r.Rows = append(r.Rows, Row{Name: fmt.Sprintf("mine/s%d/clause-5", i), Status: Worse, Got: "fail", Want: "pass"})
	}
	var out strings.Builder
	require.NoError(t, r.Render(&out, RenderOptions{}))
	require.Equal(t, 4, strings.Count(out.String(), "mine/s"))
	require.Contains(t, out.String(), "and 46 rows more, .../clause-5")
	require.Contains(t, out.String(), "FAILED: 50 worse")
}
