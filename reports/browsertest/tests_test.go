package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/proto"
	"github.com/stretchr/testify/require"

	hostilenames "github.com/watertight-go/watertight/internal/hostile"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/suite"
	"github.com/watertight-go/watertight/suite/forms"
)

// comparedTests is a result of stress test with every verdict.
func comparedTests(t *testing.T) suite.Result {
	t.Helper()
	r, err := suite.Load(filepath.Join("..", "..", "suite", "forms", "testdata", "compared.json"))
	require.NoError(t, err)
	return r
}

// hostileTests has long and evil names.
func hostileTests(t *testing.T) suite.Result {
	t.Helper()
	r := comparedTests(t)
	for i, s := range hostilenames.Strings {
		next := hostilenames.Strings[(i+1)%len(hostilenames.Strings)]
		r.Sites = append(r.Sites, suite.Site{
			Finding: leak.Finding{Class: leak.Class(s), State: next, Function: s, CreatedBy: next, File: "/repo/" + s, Line: 3, Stack: strings.Join(hostilenames.Strings, "\n")},
			Tests:   []suite.TestName{{Package: s, Test: next}}, Why: s, Verdict: suite.New,
		})
		r.NotCompared = append(r.NotCompared, suite.NotCompared{TestName: suite.TestName{Package: s, Test: next}, Why: s})
		r.After.Runs[0].Packages = append(r.After.Runs[0].Packages, suite.Package{Path: s, Error: next + "\n" + s})
	}
	return r
}

// writeTests renders a result into a file and returns its URL.
func writeTests(t *testing.T, r suite.Result) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.html")
	f, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, forms.HTML(f, r))
	require.NoError(t, f.Close())
	return "file://" + filepath.ToSlash(path)
}

// The page of stress test: in both schemes, wide and narrow, nothing is cut off at the
// side and every text can be read. With -shots it writes pictures.
func TestPageOfTests(t *testing.T) {
	for name, r := range map[string]suite.Result{"compared": comparedTests(t), "hostile": hostileTests(t)} {
		url := writeTests(t, r)
		for _, scheme := range []string{"light", "dark"} {
			for _, width := range []int{1440, 375} {
				t.Run(fmt.Sprintf("%s/%s/%d", name, scheme, width), func(t *testing.T) {
					p := open(t, url, scheme, width)
					shoot(t, p, fmt.Sprintf("tests-%s-%s-%d.png", name, scheme, width))
					p.eval(new(bool), `() => { document.querySelectorAll("details").forEach((d) => d.open = true); return true }`)
					var wide []string
					p.eval(&wide, `() => [...document.querySelectorAll("main *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && e.getClientRects().length > 0 && !e.closest("thead, pre")).map((e) => e.tagName + "." + e.className + " " + e.textContent.slice(0, 40)).slice(0, 5)`)
					require.Empty(t, wide, "nothing is cut off at the side")
					var size [2]int
					p.eval(&size, `() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]`)
					require.LessOrEqual(t, size[0], size[1])
					var got struct {
						Texts int
						Poor  []string
					}
					p.eval(&got, contrast)
					require.Greater(t, got.Texts, 50, "the walk must find the page's text")
					require.Empty(t, got.Poor, "text below 4.5:1")
				})
			}
		}
	}
}

// shoot writes a picture of the whole page into the folder of -shots.
func shoot(t *testing.T, p *tab, name string) {
	t.Helper()
	if *shots == "" {
		return
	}
	require.NoError(t, os.MkdirAll(*shots, 0o755))
	data, err := p.Screenshot(true, &proto.PageCaptureScreenshot{Format: proto.PageCaptureScreenshotFormatPng})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(*shots, name), data, 0o644))
}

// The search hides what does not match, and the button changes the scheme.
func TestPageOfTestsIsSearched(t *testing.T) {
	p := open(t, writeTests(t, comparedTests(t)), "light", 1440)
	leaks := func() (n int) {
		p.eval(&n, `() => [...document.querySelectorAll(".leak")].filter((e) => !e.hidden).length`)
		return n
	}
	require.Equal(t, 8, leaks())
	p.one("#find").MustInput("TestE")
	require.Equal(t, 1, leaks())
	require.Equal(t, "1 of 8", p.text("#found"))
	p.one("#find").MustSelectAllText().MustInput(" ")
	require.Equal(t, 8, leaks())
	p.click("#theme")
	p.click("#theme")
	require.Equal(t, "dark", p.text("#theme"))
	var background string
	p.eval(&background, `() => getComputedStyle(document.body).backgroundColor`)
	require.Equal(t, "rgb(20, 23, 27)", background)
}
