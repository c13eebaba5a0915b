package format

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestFormats(t *testing.T) {
	require.Equal(t, "7 us", Duration(7*time.Microsecond))
	require.Equal(t, "102 ms", Duration(102*time.Millisecond))
	require.Equal(t, "7.72 s", Duration(7720*time.Millisecond))
	require.Equal(t, "1.5 min", Duration(90*time.Second))
	require.Equal(t, "12.0 h", Duration(12*time.Hour))
	require.Equal(t, "1205 15.0 0.02", Amount(1205.4)+" "+Amount(15)+" "+Amount(0.02))
	require.Equal(t, "3.8 MiB", Size(3.8*(1<<20)))
	require.Equal(t, "executor/waitgroup.go:31", Place("/home/x/executor/waitgroup.go", 31))
	require.Equal(t, "executor/waitgroup.go:31", Place(`C:\x\executor\waitgroup.go`, 31))
	require.Equal(t, "waitgroup.go:31", Place("waitgroup.go", 31))
	require.Equal(t, "ExecuteParallel.func1", Function("example.com/v2/executor.(*waitGroup).ExecuteParallel.func1"))
	require.Equal(t, "Go", Function("golang.org/x/sync/errgroup.(*Group).Go"))
	require.Equal(t, "Map", Function("example.com/x.Map[example.com/y.T]"))
}

func TestShell(t *testing.T) {
	require.Equal(t, "reports/latest/report.json", Shell("reports/latest/report.json"))
	require.Equal(t, `'my report.json'`, Shell("my report.json"))
	require.Equal(t, `'it'\''s;rm'`, Shell("it's;rm"))
	require.Equal(t, `'-x'`, Shell("-x"))
	require.Equal(t, `''`, Shell(""))
}
