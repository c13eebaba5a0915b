package html

import (
	"github.com/watertight-go/watertight/reports"
)

// pageProjection is a reports.Projection, for the curves.
type pageProjection struct {
	Executor   int         `json:"executor"`
	PerRequest [3]float64  `json:"perRequest"`
	PerBytes   [3]float64  `json:"perBytes"`
	Base       float64     `json:"base"`
	BaseBytes  float64     `json:"baseBytes"`
	Rate       float64     `json:"rate"`
	Limits     []pageLimit `json:"limits"`
}

type pageLimit struct {
	Name  ref     `json:"name"`
	Value float64 `json:"value"`
	Bytes bool    `json:"bytes,omitempty"`
	// Hours are center, low and high. Measured is false where there are none.
	Hours    [3]float64 `json:"hours"`
	Measured bool       `json:"measured,omitempty"`
	Never    bool       `json:"never,omitempty"`
}

func (b *pageBuilder) projection(r reports.Projection) pageProjection {
	ends := func(i reports.Interval) [3]float64 { return [3]float64{i.Center, i.Low, i.High} }
	per, size := r.PerRequest, r.BytesPerGoroutine
	p := pageProjection{
		Executor: b.executor[r.Executor], PerRequest: ends(per), Base: r.BaseGoroutines, BaseBytes: r.BaseBytes, Rate: r.RequestsPerHour,
		PerBytes: [3]float64{per.Center * size.Center, per.Low * max(size.Low, 0), per.High * size.High},
	}
	for _, l := range r.Limits {
		p.Limits = append(p.Limits, pageLimit{Name: b.pool.name(l.Limit), Value: l.Value, Bytes: l.Value >= 1<<20, Hours: ends(l.Hours), Measured: l.Hours.N > 0, Never: l.Never})
	}
	return p
}
