package place

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLocateFindsTheRepository(t *testing.T) {
	in := Tree{Root: "/src/repo", Module: "example.com/m", ModuleDir: "sub"}
	require.Equal(t, Site{"a/b.go", 3, true}, in.Locate("/src/repo/a/b.go", 3))
	require.Equal(t, Site{"sub/a/b.go", 3, true}, in.Locate("example.com/m/a/b.go", 3), "built with -trimpath")
	require.Equal(t, Site{"/src/repository/b.go", 3, false}, in.Locate("/src/repository/b.go", 3))
	require.Equal(t, Site{"a/b.go", 3, true}, Tree{Root: `C:\src\repo`}.Locate(`C:\src\repo\a\b.go`, 3))
	require.Equal(t, Site{"/a.go", 0, false}, Tree{}.Locate("/a.go", -3))
}
