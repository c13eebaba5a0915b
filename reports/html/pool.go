package html

import (
	"fmt"
	"time"

	"github.com/watertight-go/watertight/internal/plaintext"
)

// ref is an index into page.Strings; 0 is the empty string.
type ref int

// pool gives each string an index. It makes strings safe to show first.
type pool struct {
	all   []string
	place map[string]ref
}

func newPool() *pool { return &pool{all: []string{""}, place: map[string]ref{"": 0}} }

// add adds s, shortened to at most most columns. Zero means all of it.
func (p *pool) add(s string, most int) ref {
	s = plaintext.Clean(s)
	if most > 0 {
		s = plaintext.Shorten(s, most)
	}
	r, known := p.place[s]
	if !known {
		r = ref(len(p.all))
		p.all, p.place[s] = append(p.all, s), r
	}
	return r
}

// How much of a stored string the page shows.
const (
	mostText     = 2000
	mostEvidence = 20
	mostLines    = 60
)

func (p *pool) name(s string) ref { return p.add(s, plaintext.MostName) }

func (p *pool) text(s string) ref { return p.add(s, mostText) }

// texts adds at most most strings, and says how many are left out.
func (p *pool) texts(all []string, most int) (refs []ref) {
	for _, s := range all[:min(len(all), most)] {
		refs = append(refs, p.text(s))
	}
	if more := len(all) - most; more > 0 {
		refs = append(refs, p.text(fmt.Sprintf("and %d more, in report.json", more)))
	}
	return refs
}

// us is a time in whole microseconds.
func us(d time.Duration) int64 { return d.Microseconds() }
