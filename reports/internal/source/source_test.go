package source

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/reports"
)

func TestSiteFindsTheRepository(t *testing.T) {
	r := &reports.Report{Environment: reports.Environment{Root: "/src/repo", Module: "example.com/m", ModuleDir: "sub"}}
	require.Equal(t, Site{"a/b.go", 3, true}, Locate(r, "/src/repo/a/b.go", 3))
	require.Equal(t, Site{"sub/a/b.go", 3, true}, Locate(r, "example.com/m/a/b.go", 3), "built with -trimpath")
	require.Equal(t, Site{"/src/repository/b.go", 3, false}, Locate(r, "/src/repository/b.go", 3))
	r.Environment = reports.Environment{Root: `C:\src\repo`}
	require.Equal(t, Site{"a/b.go", 3, true}, Locate(r, `C:\src\repo\a\b.go`, 3))
	require.Equal(t, Site{"/a.go", 0, false}, Locate(&reports.Report{}, "/a.go", -3))
}
