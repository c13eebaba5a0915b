package browsertest

import (
	"testing"

	"github.com/go-rod/rod/lib/input"
	"github.com/stretchr/testify/require"
)

// TestFirstScreen: the verdict, the matrix and the chart are visible without
// scrolling.
func TestFirstScreen(t *testing.T) {
	p := open(t, write(t, stored(t)), "light", 1440)
	p.drawn()
	for _, selector := range []string{"h1", "#compatibility tbody tr:last-child", "#hero figure:nth-child(1) svg .line.c0", "#hero figure:nth-child(2) svg .line.c1"} {
		var bottom float64
		p.eval(&bottom, `(s) => document.querySelector(s).getBoundingClientRect().bottom`, selector)
		require.Positive(t, bottom, selector)
		require.LessOrEqual(t, bottom, 900.0, selector)
	}
	require.Equal(t, 7, len(p.MustElements("#compatibility tbody tr")))
}

func TestCellOpens(t *testing.T) {
	p := open(t, write(t, stored(t)), "light", 1440)
	p.drawn()
	cell := `button[aria-label*="waitgroup in cleanup"]`
	p.click(cell)
	panel := p.text("tr.detail .panel")
	for _, want := range []string{"waitgroup in cleanup", "Clauses", "1 returns in time", "still waiting", "Observed timeline", "abandoned", "Latency", "p99", "Left behind", "executor/waitgroup.go:", "blocked", "chan receive"} {
		require.Contains(t, panel, want)
	}
	require.NotContains(t, panel, "hangIgnoring()", "stacks are folded")
	p.click("tr.detail .panel td details summary")
	require.Contains(t, p.text("tr.detail .panel"), "every call returns within")
	require.Equal(t, "true", *p.one(cell).MustAttribute("aria-expanded"))

	// Another cell of the row takes its place; the same one closes it.
	p.click(`button[aria-label*="reference in cleanup"]`)
	require.Equal(t, 1, len(p.MustElements("tr.detail")))
	require.Contains(t, p.text("tr.detail .panel h3"), "reference in cleanup: ok")
	p.click(`button[aria-label*="reference in cleanup"]`)
	require.Empty(t, p.MustElements("tr.detail"))
}

func TestCellStackShown(t *testing.T) {
	p := open(t, write(t, stored(t)), "light", 1440)
	p.drawn()
	p.click(`button[aria-label*="waitgroup in accumulation"]`)
	p.eval(new(bool), `() => { document.querySelectorAll("tr.detail details").forEach((d) => d.open = true); return true }`)
	require.Contains(t, p.text("tr.detail .panel"), "mocks.hangIgnoring()")
	require.Contains(t, p.text("tr.detail .panel"), "500 goroutines: executor/waitgroup.go:")
}

func TestMatrixFilter(t *testing.T) {
	p := open(t, write(t, stored(t)), "light", 1440)
	p.drawn()
	visible := `() => [...document.querySelectorAll(".matrix > tbody > tr")].filter((r) => !r.hidden).length`
	var all, open, named int
	p.eval(&all, visible)
	p.one("#matrix-show").MustSelect("only those that are not ok everywhere")
	p.eval(&open, visible)
	require.Less(t, open, all)
	p.one("#matrix-find").MustInput("accum")
	p.eval(&named, visible)
	require.Equal(t, 1, named)
	require.Contains(t, p.text("#matrix-count"), "1 of ")
}

func TestRateChangesProjection(t *testing.T) {
	p := open(t, write(t, stored(t)), "light", 1440)
	p.drawn()
	cell := "#projection-table tbody tr:first-child td:nth-child(4)"
	line := "#projection-charts figure:first-child .plot .line.c0"
	require.Equal(t, "16.6 h", p.text(cell))
	before := *p.one(line).MustAttribute("d")
	p.one("#rate").MustSelectAllText().MustInput("200")
	require.Equal(t, "8.32 h", p.text(cell))
	require.NotEqual(t, before, *p.one(line).MustAttribute("d"))
	require.Equal(t, "Projection at 200 requests an hour", p.text("#projection-title"))
	require.Equal(t, "never", p.text("#projection-table tbody tr:last-child td:nth-child(4)"))

	// What is no rate changes nothing and is said.
	p.one("#rate").MustSelectAllText().MustInput("0")
	require.Equal(t, "8.32 h", p.text(cell))
	require.Contains(t, p.text("#rate-problem"), "above 0")
	require.Equal(t, "true", *p.one("#rate").MustAttribute("aria-invalid"))
	p.one("#rate").MustSelectAllText().MustInput("100")
	require.Equal(t, "16.6 h", p.text(cell))
	require.Empty(t, p.text("#rate-problem"))
}

func TestFlameGraph(t *testing.T) {
	p := open(t, write(t, stored(t)), "light", 1440)
	p.drawn()
	boxes := func() int { return len(p.MustElements(".flame-graph g")) }
	difference := boxes()
	require.Contains(t, p.text(".flame-line"), "\u2212")
	require.Contains(t, p.text(".flame-command"), "-diff_base profiles/waitgroup/accumulation/goroutine-end.pb.gz profiles/reference/accumulation/goroutine-end.pb.gz")

	p.click(`[data-tab="a"]`)
	require.Equal(t, "true", *p.one(`[data-tab="a"]`).MustAttribute("aria-selected"))
	require.NotEqual(t, difference, boxes())
	require.Equal(t, "go tool pprof -http=localhost: profiles/waitgroup/accumulation/goroutine-end.pb.gz", p.text(".flame-command"))

	// A frame zooms in: it takes the whole width, and what is beside it goes.
	frame := `.flame-graph g[aria-label*="mocks.hangIgnoring"]`
	width := `(s) => document.querySelector(s + " rect").getBoundingClientRect().width / document.querySelector(".flame-graph svg").getBoundingClientRect().width`
	var was, is float64
	p.eval(&was, width, frame)
	whole := boxes()
	p.click(frame)
	p.eval(&is, width, frame)
	require.Less(t, was, 0.95)
	require.InDelta(t, 1, is, 0.01)
	require.Less(t, boxes(), whole)
	p.click(".flame-reset")
	require.Equal(t, whole, boxes())

	p.one(".flame-search").MustInput("hangignoring")
	require.Regexp(t, `^\d+ found, \d+\.\d %$`, p.text(".flame-found"))
	require.NotEmpty(t, p.MustElements(".flame-graph g.hit"))

	p.click(".flame-table summary")
	require.Contains(t, p.text(".flame-table table"), "mocks.hangIgnoring")
	p.one(".flame-group").MustSelect("heap (inuse_space, bytes) in accumulation")
	require.Regexp(t, `KiB`, p.text(".flame-line"))
	p.click("#profiles summary")
	require.Contains(t, p.text("#profiles table"), "go tool pprof -http=localhost: profiles/waitgroup/accumulation/heap-diff.pb.gz")
}

func TestCurves(t *testing.T) {
	p := open(t, write(t, stored(t)), "light", 1440)
	p.drawn()
	titles := `() => [...document.querySelectorAll("#curves-charts figcaption")].map((c) => c.textContent)`
	var got []string
	p.eval(&got, titles)
	require.Equal(t, []string{"Goroutines by state", "Heap and stacks", "Open descriptors", "Calls in flight", "Latency of requests (hollow: still waiting when watching ended)"}, got)
	// The pointer and the arrow keys read values.
	p.one("#hero .hand").MustHover()
	require.Regexp(t, `before: waitgroup [\d,]+`, p.text("#hero .legend"))
	hand := p.one("#hero figure:nth-child(2) .hand")
	hand.MustFocus()
	require.NoError(t, hand.Type(input.Home))
	first := *hand.MustAttribute("aria-valuetext")
	require.Regexp(t, `at 0: before: waitgroup [\d.]+ [KM]iB, after: reference [\d.]+ [KM]iB`, first)
	require.NoError(t, hand.Type(input.ArrowRight))
	require.NotEqual(t, first, *hand.MustAttribute("aria-valuetext"))
	p.click("#hero figure:first-child details summary")
	require.GreaterOrEqual(t, len(p.MustElements("#hero figure:first-child tbody tr")), 20)
	// Another executor joins in the same axes.
	lines := len(p.MustElements("#curves-charts .line"))
	p.click(`#curves-executors input[value="3"]`)
	require.Greater(t, len(p.MustElements("#curves-charts .line")), lines)
}
