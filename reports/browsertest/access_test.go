package browsertest

import (
	_ "embed"
	"fmt"
	"testing"

	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"
	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/reports"
)

//go:embed testdata/contrast.js
var contrast string

// everythingOpen unfolds the page: a broken cell, a good cell, and every table.
func everythingOpen(p *tab) {
	p.drawn()
	p.eval(new(bool), `() => {
		document.querySelector('button[aria-label*="waitgroup in cleanup"], button.cell.bad')?.click();
		document.querySelector('button[aria-label*="reference in accumulation"], button.cell.good')?.click();
		document.querySelectorAll("details").forEach((d) => d.open = true);
		return true;
	}`)
}

// TestContrast measures the contrast of each text with its background.
func TestContrast(t *testing.T) {
	url := write(t, stored(t))
	for _, scheme := range []string{"light", "dark"} {
		t.Run(scheme, func(t *testing.T) {
			p := open(t, url, scheme, 1440)
			everythingOpen(p)
			for _, tab := range []string{"a", "diff"} {
				p.click(`[data-tab="` + tab + `"]`)
				p.one(".flame-search").MustSelectAllText().MustInput("mocks")
				var got struct {
					Texts int
					Poor  []string
				}
				p.eval(&got, contrast)
				require.Greater(t, got.Texts, 500, "the walk must find the page's text")
				require.Empty(t, got.Poor, "text below 4.5:1")
			}
		})
	}
}

// TestContrastIsNoticed adds text of poor contrast, which must be found.
func TestContrastIsNoticed(t *testing.T) {
	p := open(t, write(t, stored(t)), "light", 1440)
	p.drawn()
	var got struct{ Poor []string }
	p.eval(new(bool), `() => { document.querySelector("h1").style.color = "rgb(150,150,150)"; document.querySelector(".tick").style.fill = "rgb(200,200,200)"; return true }`)
	p.eval(&got, contrast)
	require.Len(t, got.Poor, 2)
}

func TestNarrowHasNoSidewaysScroll(t *testing.T) {
	for name, report := range map[string]func() *reports.Report{"real": func() *reports.Report { return stored(t) }, "hostile": hostile, "huge": huge} {
		t.Run(name, func(t *testing.T) {
			p := open(t, write(t, report()), "light", 375)
			everythingOpen(p)
			var wide []string
			p.eval(&wide, `() => [...document.querySelectorAll("main *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && e.getClientRects().length > 0 && !e.closest(".flame-graph, clipPath") && getComputedStyle(e).position !== "absolute" && !e.closest("thead")).map((e) => e.tagName + "." + e.getAttribute("class") + " " + (e.textContent || "").slice(0, 40)).slice(0, 5)`)
			require.Empty(t, wide, "nothing is cut off at the side")
			var got [2]int
			p.eval(&got, `() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]`)
			require.LessOrEqual(t, got[0], got[1])
		})
	}
}

// TestAccessibleNames: every control has a name, as the browser computes it.
func TestAccessibleNames(t *testing.T) {
	p := open(t, write(t, stored(t)), "light", 1440)
	everythingOpen(p)
	tree, err := proto.AccessibilityGetFullAXTree{}.Call(p.Page)
	require.NoError(t, err)
	usable := map[string]bool{"button": true, "link": true, "combobox": true, "textbox": true, "searchbox": true, "spinbutton": true, "checkbox": true, "tab": true, "slider": true, "img": true, "image": true,
		"treeitem": true, "tree": true, "table": false, "tabpanel": true, "tablist": true, "heading": true, "rowheader": true, "navigation": true}
	seen := map[string]int{}
	for _, n := range tree.Nodes {
		if n.Ignored || n.Role == nil {
			continue
		}
		role := n.Role.Value.Str()
		seen[role]++
		if usable[role] {
			require.NotNil(t, n.Name, "%s without a name", role)
			require.NotEmpty(t, n.Name.Value.Str(), "%s without a name: %v", role, n.BackendDOMNodeID)
		}
	}
	for _, role := range []string{"button", "combobox", "spinbutton", "checkbox", "tab", "slider", "treeitem", "heading", "navigation", "main"} {
		require.Positive(t, seen[role], "%s: none found in %v", role, seen)
	}
}

// TestFocusOrder: the Tab key moves through the page from top to bottom. Each
// element with the focus is visible and marked.
func TestFocusOrder(t *testing.T) {
	p := open(t, write(t, stored(t)), "light", 1440)
	p.drawn()
	var stops []string
	last := -1.0
	for i := range 60 {
		require.NoError(t, p.Keyboard.Type(input.Tab))
		var got struct {
			Name    string
			Top     float64
			Outline string
			Header  bool
			Width   float64
		}
		p.eval(&got, `() => { const e = document.activeElement, r = e.getBoundingClientRect(); return { Name: (e.getAttribute("aria-label") || e.textContent || e.id).trim().slice(0, 40), Top: r.top + scrollY, Outline: getComputedStyle(e).outlineStyle, Header: e.closest("header") !== null, Width: r.width } }`)
		stops = append(stops, got.Name)
		require.Positive(t, got.Width, "stop %d (%s) cannot be seen", i, got.Name)
		require.Equal(t, "solid", got.Outline, "stop %d (%s) does not show its focus", i, got.Name)
		if got.Header || i == 0 {
			continue
		}
		require.GreaterOrEqual(t, got.Top, last-300, "stop %d (%s) jumps back: %v", i, got.Name, stops)
		last = got.Top
	}
	require.Equal(t, "Skip to the report", stops[0])
	require.Contains(t, fmt.Sprint(stops), "Read values of Goroutines")
}

// TestKeyboard opens a cell, walks the matrix and the flame graph, without a mouse.
func TestKeyboard(t *testing.T) {
	p := open(t, write(t, stored(t)), "light", 1440)
	p.drawn()
	p.one(`button[aria-label*="waitgroup in cleanup"]`).MustFocus()
	active := func() (name string) {
		p.eval(&name, `() => document.activeElement.getAttribute("aria-label") || document.activeElement.textContent`)
		return name
	}
	require.NoError(t, p.Keyboard.Type(input.ArrowRight))
	require.Contains(t, active(), "contextcheck in cleanup")
	require.NoError(t, p.Keyboard.Type(input.Enter))
	require.Equal(t, 1, len(p.MustElements("tr.detail")))
	require.NoError(t, p.Keyboard.Type(input.Escape))
	require.Empty(t, p.MustElements("tr.detail"))

	p.one(`.flame-graph [tabindex="0"]`).MustFocus()
	require.Contains(t, active(), "all")
	require.NoError(t, p.Keyboard.Type(input.ArrowDown))
	down := active()
	require.Contains(t, down, "executor.")
	require.NoError(t, p.Keyboard.Type(input.Enter))
	require.Equal(t, down, active(), "the focus stays on the frame that was zoomed to")
	require.NoError(t, p.Keyboard.Type(input.Escape))
	require.Contains(t, active(), "all")
	p.one(`[data-tab="diff"]`).MustFocus()
	require.NoError(t, p.Keyboard.Type(input.ArrowRight))
	require.Equal(t, "before", active())
}

// TestPrint: on paper the page is light and shows no control.
func TestPrint(t *testing.T) {
	p := open(t, write(t, stored(t)), "dark", 1440)
	p.drawn()
	require.NoError(t, proto.EmulationSetEmulatedMedia{Media: "print", Features: []*proto.EmulationMediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}}.Call(p.Page))
	var got [3]string
	p.eval(&got, `() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color, getComputedStyle(document.querySelector(".controls")).display]`)
	require.Equal(t, [3]string{"rgb(255, 255, 255)", "rgb(0, 0, 0)", "none"}, got)
}
