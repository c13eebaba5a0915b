// Package browsertest opens HTML reports in the system's Chromium. It is a module
// of its own, so that users of reports do not depend on a browser's driver.
package browsertest

import (
	"compress/gzip"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/launcher"
	"github.com/go-rod/rod/lib/proto"
	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/html"
)

var shots = flag.String("shots", "", "folder to write screenshots of the pages into")

// browser is the one Chromium of this process; nil where there is none.
var browser *rod.Browser

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		fmt.Println("skipped: no Chromium on this machine (looked for chromium, chromium-browser, google-chrome): the HTML report was not tried in a browser")
		return 0
	}
	dir, err := os.MkdirTemp("", "browsertest-")
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer os.RemoveAll(dir)
	l := launcher.New().Bin(program).Leakless(false).NoSandbox(true).Headless(true).UserDataDir(dir).
		Set("disable-gpu").Set("disable-background-networking").Set("disable-component-update").Set("disable-sync").Set("disable-dev-shm-usage")
	url, err := l.Launch()
	if err != nil {
		fmt.Println("browsertest: start Chromium:", err)
		return 1
	}
	// What this process started it ends, whatever the tests did.
	defer func() {
		l.Kill()
		l.Cleanup()
	}()
	browser = rod.New().ControlURL(url)
	if err := browser.Connect(); err != nil {
		fmt.Println("browsertest: connect to Chromium:", err)
		return 1
	}
	defer func() { _ = browser.Close() }()
	return m.Run()
}

// stored is a real run of the compatibility matrix, some further scenarios and
// the loads.
func stored(t *testing.T) *reports.Report {
	t.Helper()
	f, err := os.Open("testdata/report.json.gz")
	require.NoError(t, err)
	defer f.Close()
	zr, err := gzip.NewReader(f)
	require.NoError(t, err)
	r, err := reports.Decode(zr)
	require.NoError(t, err)
	return r
}

// write renders r into a file and returns its URL.
func write(t *testing.T, r *reports.Report) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.html")
	f, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, html.Write(f, r))
	require.NoError(t, f.Close())
	return "file://" + filepath.ToSlash(path)
}

// tab is an open page. It records errors and requests.
type tab struct {
	*rod.Page
	t *testing.T

	mu       sync.Mutex
	problems []string
}

// open opens url at a width, in a colour scheme, and fails t at its end if the
// page logged an error or asked for anything but itself.
func open(t *testing.T, url, scheme string, width int) *tab {
	t.Helper()
	incognito, err := browser.Incognito()
	require.NoError(t, err)
	t.Cleanup(func() { _ = incognito.Close() })
	page, err := incognito.Page(proto.TargetCreateTarget{URL: "about:blank"})
	require.NoError(t, err)
	p := &tab{Page: page.Timeout(40 * time.Second), t: t}
	require.NoError(t, proto.EmulationSetEmulatedMedia{Features: []*proto.EmulationMediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}}.Call(page))
	require.NoError(t, page.SetViewport(&proto.EmulationSetDeviceMetricsOverride{Width: width, Height: 900, DeviceScaleFactor: 1}))
	p.watch(url)
	require.NoError(t, p.Navigate(url))
	require.NoError(t, p.WaitLoad())
	t.Cleanup(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		require.Empty(t, p.problems, "the page must log no error and ask for nothing but itself")
	})
	return p
}

func (p *tab) watch(url string) {
	require.NoError(p.t, proto.LogEnable{}.Call(p.Page))
	note := func(format string, args ...any) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.problems = append(p.problems, fmt.Sprintf(format, args...))
	}
	go p.EachEvent(
		func(e *proto.RuntimeExceptionThrown) { note("exception: %s", e.ExceptionDetails.Exception.Description) },
		func(e *proto.RuntimeConsoleAPICalled) {
			if e.Type == proto.RuntimeConsoleAPICalledTypeError || e.Type == proto.RuntimeConsoleAPICalledTypeWarning {
				note("console: %v", e.Args)
			}
		},
		func(e *proto.LogEntryAdded) {
			if e.Entry.Level == proto.LogLogEntryLevelError || e.Entry.Level == proto.LogLogEntryLevelWarning {
				note("log: %s", e.Entry.Text)
			}
		},
		func(e *proto.NetworkRequestWillBeSent) {
			asked, _, _ := strings.Cut(e.Request.URL, "#")
			if asked != url && e.Request.URL != "data:," {
				note("request: %s", e.Request.URL)
			}
		},
	)()
}

// one is the first element that matches.
func (p *tab) one(selector string) *rod.Element {
	p.t.Helper()
	e, err := p.Element(selector)
	require.NoError(p.t, err, selector)
	return e
}

func (p *tab) click(selector string) {
	p.t.Helper()
	p.settled()
	require.NoError(p.t, p.one(selector).Click(proto.InputMouseButtonLeft, 1), selector)
	p.settled()
}

// settled waits until the page has handled queued events, such as "toggle", and
// has drawn again what changed its size.
func (p *tab) settled() {
	p.t.Helper()
	p.eval(new(bool), `() => new Promise((done) => {
		const turn = (n) => n === 0 ? done(true) : requestAnimationFrame(() => setTimeout(() => turn(n - 1)));
		turn(3);
	})`)
}

func (p *tab) text(selector string) string {
	p.t.Helper()
	s, err := p.one(selector).Text()
	require.NoError(p.t, err, selector)
	return s
}

// eval runs a function of the page and puts its result into out.
func (p *tab) eval(out any, js string, args ...any) {
	p.t.Helper()
	r, err := p.Eval(js, args...)
	require.NoError(p.t, err)
	require.NoError(p.t, r.Value.Unmarshal(out))
}

// drawn waits until the script has drawn the flame graph, which is its last step.
func (p *tab) drawn() {
	p.t.Helper()
	require.NoError(p.t, p.Wait(rod.Eval(`() => document.querySelector(".flame-graph rect") !== null`)))
}
