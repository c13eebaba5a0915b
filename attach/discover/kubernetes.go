package discover

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/attach"
)

// Selector names pods: [namespace/]label=value[,label=value][:port].
type Selector struct {
	// Namespace is empty for all namespaces.
	Namespace, Labels string
	// Port is a number or the name of a port; empty means the first of those named pprof,
	// debug, metrics or http, or else the first one.
	Port string
}

// ParseSelector reads a selector.
func ParseSelector(s string) (sel Selector, err error) {
	rest := s
	if i := strings.LastIndex(rest, ":"); i >= 0 {
		rest, sel.Port = rest[:i], rest[i+1:]
	}
	// The key of a label may have a slash too, behind a domain.
	if ns, labels, ok := strings.Cut(rest, "/"); ok && !strings.ContainsAny(ns, ".=,") {
		sel.Namespace, rest = ns, labels
	}
	sel.Labels = rest
	if sel.Labels == "" || !strings.Contains(sel.Labels, "=") {
		return sel, fmt.Errorf("got %q, want [namespace/]label=value[:port], such as shop/app=cart:6060", s)
	}
	return sel, nil
}

// pod is the part of a pod that is read.
type pod struct {
	Metadata struct {
		Name      string `json:"name"`
		Namespace string `json:"namespace"`
	} `json:"metadata"`
	Spec struct {
		Containers []struct {
			Ports []port `json:"ports"`
		} `json:"containers"`
	} `json:"spec"`
	Status struct {
		Phase string `json:"phase"`
	} `json:"status"`
}

type port struct {
	Name          string `json:"name"`
	ContainerPort int    `json:"containerPort"`
}

// Pods chooses the running pods that a selector names. proxy is the address of `kubectl
// proxy`, which also carries the profiles.
func Pods(ctx context.Context, proxy, selector string, o Options) ([]attach.Target, error) {
	sel, err := ParseSelector(selector)
	if err != nil {
		return nil, fmt.Errorf("pods: %w", err)
	}
	var list struct {
		Items []pod `json:"items"`
	}
	path := "/api/v1/pods?"
	if sel.Namespace != "" {
		path = "/api/v1/namespaces/" + url.PathEscape(sel.Namespace) + "/pods?"
	}
	if err := get(ctx, proxy, path+url.Values{"labelSelector": {sel.Labels}}.Encode(), o, &list); err != nil {
		return nil, fmt.Errorf("pods: %w (is `kubectl proxy` running at this address?)", err)
	}
	var all []attach.Target
	for _, p := range list.Items {
		if p.Status.Phase == "Running" {
			all = append(all, p.target(proxy, sel.Port))
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("pods: got %d pods with %s, none of which runs", len(list.Items), sel.Labels)
	}
	slices.SortFunc(all, func(a, b attach.Target) int { return cmp.Compare(a.Name, b.Name) })
	return all[:min(len(all), cmp.Or(o.Most, 10))], nil
}

// target is a pod as the proxy reaches it.
func (p pod) target(proxy, wanted string) attach.Target {
	name := p.Metadata.Name
	if at := p.port(wanted); at != "" {
		name += ":" + at
	}
	base := strings.TrimRight(proxy, "/") + "/api/v1/namespaces/" + url.PathEscape(p.Metadata.Namespace) + "/pods/" + url.PathEscape(name) + "/proxy"
	return attach.Target{URL: base + "/debug/pprof/", Metrics: base + "/metrics", Name: p.Metadata.Namespace + "/" + p.Metadata.Name}
}

// port is the number of the port that is wanted or has a usual name.
func (p pod) port(wanted string) string {
	var all []port
	for _, c := range p.Spec.Containers {
		all = append(all, c.Ports...)
	}
	for _, name := range []string{wanted, "pprof", "debug", "metrics", "http"} {
		i := slices.IndexFunc(all, func(x port) bool { return name != "" && x.Name == name })
		if i >= 0 {
			return fmt.Sprint(all[i].ContainerPort)
		}
		if wanted != "" {
			return wanted
		}
	}
	if len(all) > 0 {
		return fmt.Sprint(all[0].ContainerPort)
	}
	return ""
}
