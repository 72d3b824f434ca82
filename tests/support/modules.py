"""Small Go modules that belong together, written to wherever a test wants them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SHAPES = {
    "go.mod": "module fixture.test/shapes\n\ngo 1.21\n",
    "shapes.go": """package shapes

import "errors"

// Shape is an object: it hides what it is made of.
type Shape struct{ side float64 }

// Style is a record that hides something.
type Style struct {
	Name string
	ink  int
}

// Ink is what a style hides.
func (s Style) Ink() int { return s.ink }

// Measurer has an area.
type Measurer interface{ Area() float64 }

// ErrShape is what is wrong with shapes.
var ErrShape = errors.New("no shape")

// New makes a square.
func New(side float64) *Shape { return &Shape{side} }

// NewStyle makes a style.
func NewStyle(name string) Style { return Style{Name: name, ink: 7} }

// Area is the square's area.
func (s *Shape) Area() float64 { return s.side * s.side }
""",
    "color/color.go": 'package color\n\n// Of is a color.\nfunc Of() string { return "red" }\n',
}

PAINTER = {
    "go.mod": """module fixture.test/painter

go 1.21

require fixture.test/shapes v0.0.0

replace fixture.test/shapes => ../shapes
""",
    "painter.go": """package painter

import "fixture.test/shapes"

// Paint takes another module's object.
func Paint(s *shapes.Shape) float64 { return s.Area() }

// Measure takes what has an area.
func Measure(m shapes.Measurer) float64 { return m.Area() }

// Draw takes another module's record.
func Draw(s shapes.Style) int { return s.Ink() }

// Check takes an error.
func Check(err error) bool { return err == shapes.ErrShape }

// Sample makes an object of the other module.
func Sample() *shapes.Shape { return shapes.New(2) }
""",
}


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Writes the files of a module."""
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return folder
