package forms

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/suite"
)

// Places in texts are shown from the module, from Go's own sources, or from the module cache, and
// goroutines with what was probably forgotten.
func TestGrowthDetails(t *testing.T) {
	r := suite.Result{After: suite.Side{Dir: "/home/me/m", Root: "/home/me/m"}}
	details := growthDetails(r, suite.Growth{
		Where: []string{
			"3 B per round allocated at /home/me/m/a.go:7 m.Keep",
			"4 B per round allocated at /usr/local/go/src/bufio/bufio.go:57 bufio.NewReaderSize",
			"5 B per round allocated at /home/me/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.27.4.linux-amd64/src/bufio/bufio.go:57 bufio.NewReaderSize",
			"6 B per round allocated at /home/me/go/pkg/mod/example.com/x@v1.0.0/x.go:2 x.New",
			"19 more open: /dev/null",
		},
		Findings: []leak.Finding{{Count: 2, Class: leak.Waiting, State: "IO wait", Function: "net/http.f", File: "/usr/local/go/src/net/http/t.go", Line: 9, Hint: "response body not closed?"}},
	})
	require.Equal(t, []string{
		"3 B per round allocated at a.go:7 m.Keep",
		"4 B per round allocated at bufio/bufio.go:57 bufio.NewReaderSize",
		"5 B per round allocated at bufio/bufio.go:57 bufio.NewReaderSize",
		"6 B per round allocated at example.com/x@v1.0.0/x.go:2 x.New",
		"19 more open: /dev/null",
		"2 waiting [IO wait], in net/http.f, created at net/http/t.go:9; response body not closed?",
	}, details)
}
