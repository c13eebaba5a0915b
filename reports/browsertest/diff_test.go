package browsertest

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/profiles"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/html"
)

// TestDiffPage opens the comparison of two heap profiles of different Go versions.
func TestDiffPage(t *testing.T) {
	folder := filepath.Join("..", "..", "profiles", "testdata")
	read := func(name string) (string, *profiles.Profile) {
		path := filepath.Join(folder, name)
		p, err := profiles.Read(path)
		require.NoError(t, err)
		return path, p
	}
	a, before := read("go1.24-heap.pb.gz")
	b, after := read("go1.27-heap.pb.gz")
	path := filepath.Join(t.TempDir(), "diff.html")
	require.NoError(t, html.SaveDiff(path, reports.ProfileDiff{BeforeFile: a, Before: before, AfterFile: b, After: after}))
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int{1440, 375} {
			p := open(t, "file://"+filepath.ToSlash(path), scheme, width)
			p.drawn()
			require.Regexp(t, `In all: .* against .*, \+`, p.text(".flame-line"))
			require.NotEmpty(t, p.MustElements(`.flame-graph g[aria-label*="main.hold"]`))
			require.Contains(t, p.text("#changes table"), "main.hold")
			p.one(".flame-group").MustSelect("inuse_objects, count")
			p.click(`[data-tab="b"]`)
			p.click(`.flame-graph g[aria-label*="main.hold"]`)
			require.Contains(t, p.text(".flame-line"), "main.hold")
			p.eval(new(bool), `() => { document.querySelectorAll("details").forEach((d) => d.open = true); return true }`)
			var got struct {
				Texts int
				Poor  []string
			}
			p.eval(&got, contrast)
			require.Greater(t, got.Texts, 50)
			require.Empty(t, got.Poor)
			var wide [2]int
			p.eval(&wide, `() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]`)
			require.LessOrEqual(t, wide[0], wide[1])
		}
	}
}
