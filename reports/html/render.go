package html

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"

	"github.com/watertight-go/watertight/internal/webpage"
	"github.com/watertight-go/watertight/reports"
)

// assets are the parts of the pages. Charts and flame graphs are SVG, drawn by
// some hundred lines of our own. Two libraries were rejected: uPlot draws on a
// canvas, whose text cannot be read aloud, checked for contrast or printed
// sharply; in d3-flame-graph's comparison, functions of only one side disappear.
//
//go:embed assets
var assets embed.FS

// The parts of each page's script, in this order.
var (
	reportScripts = []string{"base.js", "chart.js", "curves.js", "projection.js", "flame.js", "cells.js", "report.js"}
	diffScripts   = []string{"base.js", "flame.js", "diff.js"}
)

// templates are parsed where a page is written: most processes of a run write none.
var templates = sync.OnceValue(func() *template.Template {
	return template.Must(webpage.Templates(functions).ParseFS(assets, "assets/*.tmpl"))
})

var functions = template.FuncMap{
	"said": said,
	"holds": func(v reports.ClaimVerdict) string {
		return map[reports.ClaimVerdict]string{reports.Holds: "good", reports.DoesNotHold: "bad"}[v]
	},
	"dash": func(s string) string {
		if s == "" {
			return "-"
		}
		return said(s)
	},
}

// render executes a template with the page's style, script and data.
func (p *htmlPage) render(w io.Writer, template string, scripts []string, data any) error {
	if err := p.embed(scripts, data); err != nil {
		return fmt.Errorf("reports/html: %w", err)
	}
	if err := templates().ExecuteTemplate(w, template, p); err != nil {
		return fmt.Errorf("reports/html: write: %w", err)
	}
	return nil
}

// embed puts style, script and data into the page, and a policy that allows
// nothing else.
func (p *htmlPage) embed(scripts []string, data any) error {
	style, err := assets.ReadFile("assets/style.css")
	if err != nil {
		return err
	}
	script, err := joinScripts(scripts)
	if err != nil {
		return err
	}
	packed, err := pack(data)
	if err != nil {
		return err
	}
	p.Page, p.Data = webpage.New(p.Title, string(style), script), packed
	return nil
}

// joinScripts makes one script of several. It shows a note where it fails.
func joinScripts(names []string) (string, error) {
	var b strings.Builder
	b.WriteString("(async () => {\n\"use strict\";\n" + webpage.Theme())
	for _, name := range names {
		text, err := assets.ReadFile("assets/" + name)
		if err != nil {
			return "", err
		}
		b.Write(text)
	}
	b.WriteString("})().catch((e) => { document.getElementById(\"trouble\").hidden = false; throw e; });\n")
	return b.String(), nil
}

// pack is data as JSON, compressed, in a JSON string of base64. It takes a quarter
// of the space, and nothing in it can end the element that holds it.
func pack(data any) (template.JS, error) {
	var buf bytes.Buffer
	zw, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		return "", err
	}
	if err := errors.Join(json.NewEncoder(zw).Encode(data), zw.Close()); err != nil {
		return "", err
	}
	return template.JS(`"` + base64.StdEncoding.EncodeToString(buf.Bytes()) + `"`), nil
}
