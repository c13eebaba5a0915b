package html

import (
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"html"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/webpage"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/profiles"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/fixtures"
	"github.com/watertight-go/watertight/scenarios"
)

func htmlText(t testing.TB, r *reports.Report) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, Write(&b, r))
	return b.String()
}

// element is the content of the first element that begins with open.
func element(t testing.TB, page, open, end string) string {
	t.Helper()
	_, rest, found := strings.Cut(page, open)
	require.True(t, found, open)
	content, _, found := strings.Cut(rest, end)
	require.True(t, found, end)
	return content
}

// pageData unpacks what the script reads.
func pageData(t testing.TB, text string) (p page) {
	t.Helper()
	var packed string
	require.NoError(t, json.Unmarshal([]byte(element(t, text, `<script type="application/json" id="data">`, "</script>")), &packed))
	zr, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, strings.NewReader(packed)))
	require.NoError(t, err)
	data, err := io.ReadAll(zr)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &p))
	return p
}

// The page has no markup but its own.
func TestHTMLIsEscaped(t *testing.T) {
	markup := regexp.MustCompile(`</?[a-zA-Z!][^>]*>`)
	for name, r := range fixtures.All() {
		got := htmlText(t, r)
		for _, c := range got {
			require.True(t, c == '\n' || unicode.IsPrint(c), "%s: got %U", name, c)
		}
		head, rest, _ := strings.Cut(got, "<main")
		require.NotContains(t, head, "alert(1)</script>")
		body, _, _ := strings.Cut(rest, `<script type="application/json"`)
		for _, m := range markup.FindAllString("<main"+body, -1) {
			require.NotRegexp(t, "^</?(script|img|iframe|object|style)", m, name)
			require.NotContains(t, m, "onerror", name)
		}
		require.Equal(t, 2, strings.Count(got, "<script"), "%s: the data and the page's own", name)
	}
	hostile := htmlText(t, fixtures.Hostile())
	require.Contains(t, hostile, "&lt;script&gt;alert(1)&lt;/script&gt;")
	require.Contains(t, strings.Join(pageData(t, hostile).Strings, "\n"), "<script>alert(1)</script>", "the data is text, whole")
}

// The policy names the page's style and script by their hashes. The page refers
// to nothing outside itself.
func TestHTMLPolicy(t *testing.T) {
	for _, text := range []string{htmlText(t, fixtures.Full(3)), diffText(t)} {
		policy := html.UnescapeString(element(t, text, `http-equiv="Content-Security-Policy" content="`, `"`))
		require.Contains(t, policy, "default-src 'none'")
		require.NotContains(t, policy, "unsafe")
		require.Contains(t, policy, "style-src '"+webpage.Hash(element(t, text, "<style>", "</style>"))+"'")
		require.Contains(t, policy, "script-src '"+webpage.Hash(element(t, text, "<script>", "</script>"))+"'")
		require.NotRegexp(t, `(src|href|action)="(https?:)?//`, text)
		require.NotContains(t, text, " style=")
		require.NotRegexp(t, ` on[a-z]+="`, text)
	}
}

func TestHTMLIsDeterministic(t *testing.T) {
	for name, r := range fixtures.All() {
		want := htmlText(t, r)
		for range 3 {
			require.Equal(t, want, htmlText(t, r), name)
		}
	}
}

func TestHTMLTellsErrors(t *testing.T) {
	require.ErrorContains(t, Write(io.Discard, nil), "got no report")
	require.ErrorIs(t, Write(fixtures.BrokenWriter{}, fixtures.Full(3)), fixtures.ErrBroken)
	require.ErrorIs(t, WriteDiff(fixtures.BrokenWriter{}, fixtures.ProfileDiff(t)), fixtures.ErrBroken)
	require.ErrorContains(t, WriteDiff(io.Discard, reports.ProfileDiff{}), "without a profile")
}

// A report of 5 x 40 cells, each with 50,000 goroutines of 200 sites, makes a page
// that is no larger than that of a default run.
func TestHTMLStaysSmall(t *testing.T) {
	r := fixtures.Full(37)
	stack := strings.Repeat("example.com/p.F(0xc000012345)\n\t/src/p.go:123 +0x1d\n", 100)
	var agents []scenarios.AgentRun
	for range 1000 {
		agents = append(agents, scenarios.AgentRun{ID: "a", Started: true, RunningAtReturn: true})
	}
	for i := range r.Cells {
		o := &r.Cells[i].Observation
		o.Calls = []scenarios.Call{{Agents: agents}, {Agents: agents}}
		o.Crash = &scenarios.Crash{Kind: "deadline", Stacks: stack}
		for j := range 200 {
			o.Left.Leak.Findings = append(o.Left.Leak.Findings, leak.Finding{Class: leak.Blocked, Count: 250, CreatedBy: "x.F", File: "/src/x.go", Line: i*1000 + j, Stack: stack})
		}
	}
	got := htmlText(t, r)
	require.Less(t, len(got), 600_000)
	c := pageData(t, got).Cells[0]
	require.Len(t, c.Sites, mostSites)
	require.Len(t, c.Calls[0].Agents, mostAgents)
	require.Contains(t, pageData(t, got).Strings[c.Calls[0].More], "990 more agents: 990 started")
}

// TestFlamesAddUp: the graphs in a report have the values of the profile, and a
// report with an invalid graph is refused.
func TestFlamesAddUp(t *testing.T) {
	p, err := profiles.Capture(profiles.Goroutine)
	require.NoError(t, err)
	r := fixtures.Full(2)
	r.Flames = &reports.Flames{}
	for _, x := range []string{r.Before, r.After} {
		r.Flames.Add(reports.Flame{Executor: x, Scenario: "accumulation", Kind: "goroutine", Moment: "end", Path: "p/" + x}, p)
	}
	total, _ := p.Total()
	sum := int64(0)
	for _, n := range r.Flames.Graphs[1].Nodes {
		sum += n[3]
	}
	require.Equal(t, total, sum)
	require.Equal(t, r.Flames.Graphs[0].Nodes, r.Flames.Graphs[1].Nodes, "functions are named once for all graphs")
	_, err = reports.Decode(strings.NewReader(fixtures.Encode(t, r)))
	require.NoError(t, err)
	require.Len(t, pageData(t, htmlText(t, r)).Flames.Graphs, 2)

	for want, spoil := range map[string]func(*reports.Flames){
		"at depth 5":                    func(f *reports.Flames) { f.Graphs[0].Nodes[0][0] = 5 },
		"of function 9999":              func(f *reports.Flames) { f.Graphs[1].Nodes[0][1] = 9999 },
		`flames.graphs[0].executor "x"`: func(f *reports.Flames) { f.Graphs[0].Executor = "x" },
	} {
		data, err := json.Marshal(r)
		require.NoError(t, err)
		var broken reports.Report
		require.NoError(t, json.Unmarshal(data, &broken))
		spoil(broken.Flames)
		_, err = reports.Decode(strings.NewReader(fixtures.Encode(t, &broken)))
		require.ErrorContains(t, err, want)
	}
}

func TestEnvironmentIsWhole(t *testing.T) {
	text := tableText(t, htmlText(t, fixtures.Full(3)))
	for _, want := range []string{"go1.27.4", "linux/amd64", "Example CPU @ 3.00GHz", "2, GOMAXPROCS 2", "16.0 GiB", "0123abc", "2026-03-01 12:30:00 UTC", "5 cells in a binary built with -race", "goroutineleak profile"} {
		require.Contains(t, text, want)
	}
}
