package reports

import (
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"html"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/profiles"
	"github.com/watertight-go/watertight/scenarios"
)

func htmlText(t testing.TB, r *Report) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, HTML(&b, r))
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

// tableText is the page's text, a line for each row and paragraph, the cells of
// a row apart by two spaces as in a terminal.
func tableText(t testing.TB, text string) string {
	t.Helper()
	body := element(t, text, "<main", "</main>")
	body = strings.NewReplacer("<br>", " ", "\n", " ").Replace(body)
	body = regexp.MustCompile(`</(tr|p|h1|h2|pre|section|thead|option|summary)>|<thead[ >]|<tr[ >]`).ReplaceAllString(body, "\n$0")
	body = regexp.MustCompile(`</t[dh]> *`).ReplaceAllString(body, "  ")
	return html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(body, ""))
}

// TestHTMLFactsAgree holds the page's tables against the JSON form, as
// TestFactsAgree does the other renderings, and its data for the script too.
func TestHTMLFactsAgree(t *testing.T) {
	for _, name := range []string{"full", "sparse", "partial"} {
		r := fixtures()[name]
		s := storedForm(t, r)
		got := htmlText(t, r)
		text := tableText(t, got)
		for _, want := range factsOf(s) {
			require.True(t, someLine(text, want), "%s: the page lacks %q", name, want)
		}
		p := pageData(t, got)
		signs := signsIn(s)
		for i, c := range p.Cells {
			row := rowName(p.Strings[p.Scenarios[c.Scenario].Name], c.Race)
			require.Equal(t, signs[row][c.Executor], p.Strings[c.Sign], row)
			require.Len(t, c.Clauses, len(r.Cells[i].Verdict.Clauses))
			for j, k := range c.Clauses {
				want, got := r.Cells[i].Verdict.Clauses[j], p.Clauses[k]
				require.Equal(t, []string{string(want.Status), want.Got, want.Want, want.Reason}, []string{p.Strings[got.Status], p.Strings[got.Got], p.Strings[got.Want], p.Strings[got.Reason]})
			}
		}
	}
}

// TestHTMLMatrixAgrees reads the matrix back from the page, cell by cell.
func TestHTMLMatrixAgrees(t *testing.T) {
	for _, name := range []string{"full", "sparse", "partial"} {
		r := fixtures()[name]
		got := map[string][]string{}
		body := element(t, element(t, htmlText(t, r), `<table class="matrix">`, "</table>"), "<tbody>", "</tbody>")
		for l := range strings.Lines(body) {
			fields := regexp.MustCompile(`>([^<>]+)</(?:th|button|span)>`).FindAllStringSubmatch(l, -1)
			for i, f := range fields {
				if i > 0 {
					got[fields[0][1]] = append(got[fields[0][1]], f[1])
				}
			}
		}
		require.Equal(t, signsIn(storedForm(t, r)), got, name)
	}
}

// What nobody stored in the report cannot be in the page: its own markup alone.
func TestHTMLIsEscaped(t *testing.T) {
	markup := regexp.MustCompile(`</?[a-zA-Z!][^>]*>`)
	for name, r := range fixtures() {
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
	hostile := htmlText(t, hostile())
	require.Contains(t, hostile, "&lt;script&gt;alert(1)&lt;/script&gt;")
	require.Contains(t, strings.Join(pageData(t, hostile).Strings, "\n"), "<script>alert(1)</script>", "the data is text, whole")
}

// The policy names the style and the script that are there by their hashes, and
// the page refers to nothing outside itself.
func TestHTMLPolicy(t *testing.T) {
	for _, text := range []string{htmlText(t, full(3)), diffText(t)} {
		policy := html.UnescapeString(element(t, text, `http-equiv="Content-Security-Policy" content="`, `"`))
		require.Contains(t, policy, "default-src 'none'")
		require.NotContains(t, policy, "unsafe")
		require.Contains(t, policy, "style-src '"+hash(element(t, text, "<style>", "</style>"))+"'")
		require.Contains(t, policy, "script-src '"+hash(element(t, text, "<script>", "</script>"))+"'")
		require.NotRegexp(t, `(src|href|action)="(https?:)?//`, text)
		require.NotContains(t, text, " style=")
		require.NotRegexp(t, ` on[a-z]+="`, text)
	}
}

func TestHTMLIsDeterministic(t *testing.T) {
	for name, r := range fixtures() {
		want := htmlText(t, r)
		for range 3 {
			require.Equal(t, want, htmlText(t, r), name)
		}
	}
}

func TestHTMLTellsErrors(t *testing.T) {
	require.ErrorContains(t, HTML(io.Discard, nil), "got no report")
	require.ErrorIs(t, HTML(brokenWriter{}, full(3)), errBroken)
	require.ErrorIs(t, aDiff(t).HTML(brokenWriter{}), errBroken)
	require.ErrorContains(t, (*ProfileDiff)(nil).HTML(io.Discard), "got no comparison")
}

// A report of 5 x 40 cells, each with 50,000 goroutines that no two are alike,
// stays below the size of a default run's page.
func TestHTMLStaysSmall(t *testing.T) {
	r := full(37)
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

// Goroutines of one go statement are one group; those that differ in labels,
// arguments and addresses alone are one kind of it.
func TestSitesAreGrouped(t *testing.T) {
	finding := func(agent, state, arg string, line int) leak.Finding {
		return leak.Finding{Class: leak.Blocked, Count: 2, State: state, CreatedBy: "x.Go", File: "/src/x.go", Line: line, Labels: map[string]string{"agent": agent, "executor": "e"},
			Stack: "goroutine 7 [" + state + "] {agent: " + agent + "}:\nx.hang(" + arg + ")\n\t/src/x.go:9 +0x1d\ncreated by x.Go in goroutine 5\n\t/src/x.go:31 +0xdb"}
	}
	var r scenarios.Remains
	r.Leak.Findings = []leak.Finding{finding("a", "chan receive", "0xc000012345", 31), finding("b", "chan receive", "{0xc0, 0x1?}", 31), finding("a", "select", "...", 31), finding("a", "select", "0x1", 99)}
	b := &pageBuilder{pool: newPool()}
	got := b.sites(r)
	require.Len(t, got, 2)
	require.Equal(t, 6, got[0].Count)
	require.Len(t, got[0].Kinds, 2)
	k := got[0].Kinds[0]
	require.Equal(t, 4, k.Count)
	require.Equal(t, "agent a, agent b", b.pool.all[k.Labels])
	var lines []string
	for _, l := range k.Stack {
		lines = append(lines, b.pool.all[l])
	}
	require.Equal(t, []string{"x.hang()", "    /src/x.go:9", "created by x.Go", "    /src/x.go:31"}, lines)
}

func TestTimelineSaysWhatHappened(t *testing.T) {
	b := &pageBuilder{pool: newPool()}
	o := scenarios.Observation{Calls: []scenarios.Call{{Started: time.Second, Ended: 2 * time.Second, CancelledAt: 1500 * time.Millisecond, Agents: []scenarios.AgentRun{
		{ID: "a", Started: true, StartAt: time.Second, Ended: true, EndAt: 1200 * time.Millisecond, Outcome: "response", Tools: []scenarios.ToolRun{{Name: "search", StartAt: time.Second, DoneAtStart: true}}},
		{ID: "b", Started: true, StartAt: time.Second, RunningAtReturn: true, DoneAtReturn: true, LateAt: 3 * time.Second, LateOutcome: "error"},
		{ID: "c"},
	}}}}
	c := b.calls(o)[0]
	require.EqualValues(t, []int64{1_000_000, 500_000}, []int64{c.Ended, c.Cancelled})
	require.Equal(t, "still waiting when watching ended", b.pool.all[c.Saw])
	var got []string
	for _, a := range c.Agents {
		got = append(got, b.pool.all[a[0]]+": "+b.pool.all[a[4]])
	}
	require.Equal(t, []string{"a: response", "tool search: never ended; started with its context already done",
		"b: abandoned: still running when the call was over, its context done; came back late, after 2.00 s: error", "c: never started"}, got)
	require.Equal(t, [2]int64{0, 200_000}, [2]int64{c.Agents[0][2], c.Agents[0][3]})
	require.Equal(t, [2]int64{-1, -1}, [2]int64{c.Agents[3][2], c.Agents[3][3]})
}

func aDiff(t testing.TB) *ProfileDiff {
	t.Helper()
	p, err := profiles.Capture(profiles.Goroutine)
	require.NoError(t, err)
	release := make(chan struct{})
	var started, ended sync.WaitGroup
	started.Add(7)
	for range 7 {
		ended.Go(func() { waitFor(&started, release) })
	}
	started.Wait()
	defer ended.Wait()
	defer close(release)
	q, err := profiles.Capture(profiles.Goroutine)
	require.NoError(t, err)
	d, err := DiffProfiles("a <b>.pb.gz", p, "it's.pb.gz", q, "")
	require.NoError(t, err)
	return d
}

//go:noinline
func waitFor(started *sync.WaitGroup, release chan struct{}) {
	started.Done()
	<-release
}

func diffText(t testing.TB) string {
	var b strings.Builder
	require.NoError(t, aDiff(t).HTML(&b))
	return b.String()
}

func TestDiffOfProfiles(t *testing.T) {
	var b strings.Builder
	require.NoError(t, aDiff(t).Terminal(&b, TerminalOptions{Width: 120}))
	require.Regexp(t, `reports\.waitFor +0 +7 +\+7 +0\n`, b.String())
	require.Contains(t, b.String(), `go tool pprof -http=localhost: -diff_base 'a <b>.pb.gz' 'it'\''s.pb.gz'`)
	text := diffText(t)
	require.Regexp(t, `reports\.waitFor.*\n?.*\+7`, tableText(t, text))
	require.Contains(t, text, "a &lt;b&gt;.pb.gz")
}

func TestDiffRefusesTypes(t *testing.T) {
	p, err := profiles.Capture(profiles.Heap)
	require.NoError(t, err)
	_, err = DiffProfiles("a", p, "b", p, "nosuch")
	require.EqualError(t, err, `got sample type "nosuch", want one of ["alloc_objects" "alloc_space" "inuse_objects" "inuse_space"]`)
	d, err := DiffProfiles("a", p, "b", p, "alloc_objects")
	require.NoError(t, err)
	var b strings.Builder
	require.NoError(t, d.Terminal(&b, TerminalOptions{}))
	require.Contains(t, b.String(), "Profiles of heap by alloc_objects")
	require.Contains(t, b.String(), "No function differs.")
}

// TestFlamesAddUp: the graphs in a report hold what the profile holds, and a
// graph that leads nowhere is refused when the report is read.
func TestFlamesAddUp(t *testing.T) {
	p, err := profiles.Capture(profiles.Goroutine)
	require.NoError(t, err)
	r := full(2)
	r.Flames = &Flames{}
	for _, x := range []string{r.Before, r.After} {
		r.Flames.Add(Flame{Executor: x, Scenario: "accumulation", Kind: "goroutine", Moment: "end", Path: "p/" + x}, p)
	}
	total, _ := p.Total()
	sum := int64(0)
	for _, n := range r.Flames.Graphs[1].Nodes {
		sum += n[3]
	}
	require.Equal(t, total, sum)
	require.Equal(t, r.Flames.Graphs[0].Nodes, r.Flames.Graphs[1].Nodes, "functions are named once for all graphs")
	require.NoError(t, r.check())
	require.Len(t, pageData(t, htmlText(t, r)).Flames.Graphs, 2)

	for want, spoil := range map[string]func(*Flames){
		"at depth 5":                    func(f *Flames) { f.Graphs[0].Nodes[0][0] = 5 },
		"of function 9999":              func(f *Flames) { f.Graphs[1].Nodes[0][1] = 9999 },
		`flames.graphs[0].executor "x"`: func(f *Flames) { f.Graphs[0].Executor = "x" },
	} {
		data, err := json.Marshal(r)
		require.NoError(t, err)
		var broken Report
		require.NoError(t, json.Unmarshal(data, &broken))
		spoil(broken.Flames)
		require.ErrorContains(t, broken.check(), want)
	}
}

func TestEnvironmentIsWhole(t *testing.T) {
	text := tableText(t, htmlText(t, full(3)))
	for _, want := range []string{"go1.27.4", "linux/amd64", "Example CPU @ 3.00GHz", "2, GOMAXPROCS 2", "16.0 GiB", "0123abc", "2026-03-01 12:30:00 UTC", "5 cells in a binary built with -race", "goroutineleak profile"} {
		require.Contains(t, text, want)
	}
}
