package service

import (
	"context"
	"time"
)

// settle waits until nothing falls for a time. It returns at once after a second where
// the service holds no more than at the baseline. settled is false where things still fell
// after the longest wait. The counts are those of the last quiet time.
func (s *side) settle(ctx context.Context, quiet time.Duration) (settled bool, last []counts, err error) {
	w := settling{quiet: quiet, began: time.Now(), base: s.base}
	for {
		c, err := s.count(ctx)
		if err != nil {
			return false, nil, s.explain(err)
		}
		s.sample(c)
		w.add(c)
		if w.over() {
			return true, w.window(), nil
		}
		if c.at.Sub(w.began) >= s.o.SettleMost {
			return false, w.window(), nil
		}
		if !wait(ctx, pollEvery) {
			return false, nil, ctx.Err()
		}
	}
}

// settling decides when nothing falls any more.
type settling struct {
	quiet time.Duration
	began time.Time
	base  counts
	all   []counts
	// lowest are the least counts so far, and fell when they last fell.
	lowest counts
	fell   time.Time
}

func (w *settling) add(c counts) {
	if len(w.all) == 0 || c.total < w.lowest.total || c.descriptors < w.lowest.descriptors {
		w.fell = c.at
	}
	if len(w.all) == 0 {
		w.lowest = c
	}
	w.lowest.total, w.lowest.descriptors = min(w.lowest.total, c.total), min(w.lowest.descriptors, c.descriptors)
	w.all = append(w.all, c)
}

// over reports whether it is quiet. A service that is back at its baseline needs a second.
func (w *settling) over() bool {
	now := w.all[len(w.all)-1]
	quiet := now.at.Sub(w.fell)
	back := w.base.total > 0 && now.total <= w.base.total && now.descriptors <= w.base.descriptors
	return quiet >= w.quiet || back && quiet >= time.Second
}

// window are the counts since the last fall, at least the last one.
func (w *settling) window() []counts {
	first := len(w.all) - 1
	for first > 0 && !w.all[first-1].at.Before(w.fell) {
		first--
	}
	return w.all[first:]
}

func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
