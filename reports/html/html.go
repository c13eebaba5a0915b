package html

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/plaintext"
	"github.com/watertight-go/watertight/reports/internal/view"
)

// The page's parts. The charts and the flame graph are SVG drawn by some hundred
// lines of our own, and not by a library: a canvas (uPlot) has no text that can
// be read aloud, checked for contrast or printed sharply, and d3-flame-graph has
// no comparison in which what only one side has stays visible.
//
//go:embed assets
var assets embed.FS

// scripts are the parts of each page's script, in this order.
var (
	reportScripts = []string{"base.js", "chart.js", "curves.js", "projection.js", "flame.js", "cells.js", "report.js"}
	diffScripts   = []string{"base.js", "flame.js", "diff.js"}
)

// HTML writes the report as one page that needs no other file and no network:
// the facts of Markdown as tables, and beside them curves, the stacks of each
// cell and flame graphs, which a script in the page draws from data in the page.
// Its Content-Security-Policy allows that script and style, by their hashes, and
// nothing else. Everything stored is text in it, never markup. The commands in
// it are for the report's own folder.
func Write(w io.Writer, r *reports.Report) error {
	if r == nil {
		return errors.New("reports: html: got no report, want one")
	}
	x := view.NewIndex(r)
	v := view.New(r, "")
	p := htmlPage{Title: "Watertight", View: v, Partial: v.Partial}
	if r.Before != "" && r.After != "" {
		p.Title = fmt.Sprintf("Watertight: %s against %s", plaintext.Name(r.After), plaintext.Name(r.Before))
	}
	for _, f := range v.Facts {
		p.Facts = append(p.Facts, said(f))
	}
	p.sections(x, v)
	return p.write(w, "report.html.tmpl", reportScripts, newPage(x, ""))
}

var templates = template.Must(template.New("").Funcs(template.FuncMap{
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
}).ParseFS(assets, "assets/*.tmpl"))

// write renders the page with its script and data.
func (p *htmlPage) write(w io.Writer, name string, scripts []string, data any) error {
	style, err := assets.ReadFile("assets/style.css")
	if err != nil {
		return fmt.Errorf("reports: html: %w", err)
	}
	var script strings.Builder
	script.WriteString("(async () => {\n\"use strict\";\n")
	for _, s := range scripts {
		text, err := assets.ReadFile("assets/" + s)
		if err != nil {
			return fmt.Errorf("reports: html: %w", err)
		}
		script.Write(text)
	}
	script.WriteString("})().catch((e) => { document.getElementById(\"trouble\").hidden = false; throw e; });\n")
	packed, err := pack(data)
	if err != nil {
		return fmt.Errorf("reports: html: %w", err)
	}
	p.Style, p.Script, p.Data = template.CSS(style), template.JS(script.String()), packed
	p.Policy = fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; img-src data:; base-uri 'none'; form-action 'none'",
		hash(string(p.Style)), hash(string(p.Script)))
	if err := templates.ExecuteTemplate(w, name, p); err != nil {
		return fmt.Errorf("reports: html: write: %w", err)
	}
	return nil
}

// pack is data as JSON, gzip'd, in a JSON string of base64: a quarter of its size,
// and nothing in it can end the element that holds it.
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

// hash is how a policy names an element's content.
func hash(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
