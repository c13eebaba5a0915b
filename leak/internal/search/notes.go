package search

import (
	"fmt"
	"time"

	"github.com/watertight-go/watertight/leak/internal/inspect"
	"github.com/watertight-go/watertight/leak/internal/words"
)

// judgeTimers says of what is left how it waits. Goroutines whose timer fires once, and
// soon, may end right after the verdict, so they are none of the findings. Those that
// confirm kept although they are young replace each other, so they do count.
func (w *watch) judgeTimers() {
	now := w.elapsed()
	w.warnUnread()
	var groups []*inspect.Group
	for g := range w.unproven {
		groups = append(groups, g)
	}
	for _, g := range groups {
		if !w.cutByCaller {
			w.removeSoon(g, now)
		}
		for _, note := range w.notes(g, now) {
			w.last.Note(g, inspect.Waiting, note, func(id uint64) bool { return w.note(id, g, now) == note })
		}
	}
}

// warnUnread says that a select may have a timer among its cases.
func (w *watch) warnUnread() {
	if w.unread == nil {
		return
	}
	for g := range w.unproven {
		if g.Header.State == inSelect {
			w.warn("whether a timer is among the cases of a select could not be told: " + w.unread.Error())
			return
		}
	}
}

// removeSoon removes the goroutines of a group whose timer fires soon.
func (w *watch) removeSoon(g *inspect.Group, now time.Duration) {
	limit, latest := now+soon*w.Settle.Waiting, time.Duration(0)
	n := g.Keep(func(id uint64) bool {
		d, ok := w.of[id]
		if ok && w.earlier.has(id) && w.isEntitled(id) && d.once() && d.at+w.follows() >= now && d.at <= limit {
			latest = max(latest, d.at)
			return false
		}
		return true
	})
	if n > 0 {
		w.warn(fmt.Sprintf("%s may still end and was not judged: a timer fires in %s (%s, created at %s:%d)", words.Goroutines(n),
			words.Duration((latest - now).Round(time.Second)), g.Header.State, g.Trace.Created.File, g.Trace.Created.Line))
	}
}

// isEntitled reports whether a goroutine was there when the times were over. Later ones
// replace others.
func (w *watch) isEntitled(id uint64) bool { return w.entitled == nil || w.entitled.has(id) }

// notes are those of a group's goroutines, each once.
func (w *watch) notes(g *inspect.Group, now time.Duration) (notes []string) {
	seen := map[string]bool{"": true}
	for _, id := range g.IDs {
		if n := w.note(id, g, now); !seen[n] {
			seen[n] = true
			notes = append(notes, n)
		}
	}
	return notes
}

// note says how a goroutine waits; empty where that is not known.
func (w *watch) note(id uint64, g *inspect.Group, now time.Duration) string {
	d, ok := w.of[id]
	switch {
	case !ok:
		return ""
	case d.every > 0:
		return "waits for a ticker; ends only if told"
	case d.again && d.sleep > 0:
		return "sleeps again and again; ends only if told"
	case d.again:
		return "waits for a timer that is set again and again; ends only if told"
	case d.at < now:
		return ""
	}
	what := "a timer among its cases fires"
	if d.sleep > 0 {
		what = "its sleep ends"
	}
	return fmt.Sprintf("may still end: has waited %s; %s in %s", words.Duration(now.Round(time.Second)), what,
		words.Duration((d.at - now).Round(time.Second)))
}
