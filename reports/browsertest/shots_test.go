package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-rod/rod/lib/proto"
	"github.com/stretchr/testify/require"
)

// TestScreenshots writes screenshots of the page into the folder of -shots.
func TestScreenshots(t *testing.T) {
	if *shots == "" {
		t.Skip("pictures are for people: go test -run TestScreenshots -shots DIR")
	}
	require.NoError(t, os.MkdirAll(*shots, 0o755))
	url := os.Getenv("PAGE")
	if url == "" {
		url = write(t, stored(t))
	}
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int{1440, 375} {
			p := open(t, url, scheme, width)
			p.drawn()
			name := func(s string) string { return filepath.Join(*shots, fmt.Sprintf("%s-%s-%d.png", s, scheme, width)) }
			take := func(s string, clip *proto.PageViewport) {
				data, err := p.Screenshot(false, &proto.PageCaptureScreenshot{Format: proto.PageCaptureScreenshotFormatPng, Clip: clip, CaptureBeyondViewport: clip != nil})
				require.NoError(t, err)
				require.NoError(t, os.WriteFile(name(s), data, 0o644))
			}
			take("first", nil)
			for _, id := range []string{"first-cell", "verdict", "matrix", "accumulation", "projection", "flames", "claims", "environment", "doubts", "files"} {
				selector := "#" + id
				if id == "first-cell" {
					p.click(`button.cell.bad`)
					selector = "tr.detail"
				}
				if has, _, _ := p.Has(selector); !has {
					continue
				}
				var box [4]float64
				p.eval(&box, `(s) => { const r = document.querySelector(s).getBoundingClientRect(); return [r.x + scrollX, r.y + scrollY, r.width, Math.min(r.height, 2400)] }`, selector)
				take(id, &proto.PageViewport{X: 0, Y: max(box[1]-8, 0), Width: float64(width), Height: box[3] + 16, Scale: 1})
			}
		}
	}
}
