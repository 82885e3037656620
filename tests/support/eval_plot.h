#ifndef SUPPORT_EVAL_PLOT_H
#define SUPPORT_EVAL_PLOT_H
/*
 * eval_plot: plots as inline SVG, for one HTML page without scripts.
 *
 * Colours are classes (s1, s2, s3, faint, ...) that the page's style sheet fills in for light and
 * dark. A plot is begun, drawn into and ended, all into one buffer:
 *
 *   struct eval_plot plot = { .out = &html, .title = "...", .x_label = "recall", ... };
 *   eval_plot_begin(&plot);
 *   eval_plot_line(&plot, points, n, "s1");
 *   eval_plot_key(&plot, "s1", "own corpus");
 *   eval_plot_end(&plot);
 *
 * Points that are not finite, or outside the axes, are left out; a line is broken there.
 * Threads: a plot belongs to one thread.
 */
#include "base/buf.h"

struct eval_point {
	double x, y;
};

struct eval_plot {
	struct buf *out;
	const char *title, *x_label, *y_label;
	double x_from, x_to, x_step; /* x_step, y_step: between the numbers of the axes */
	double y_from, y_to, y_step;
	bool y_log; /* then y_from > 0, the numbers are powers of ten, y_step is not used */
	/* --- kept by the functions --- */
	unsigned keys;
};

void eval_plot_begin(struct eval_plot *plot);
void eval_plot_line(
    struct eval_plot *plot, const struct eval_point *points, size_t n, const char *class);
/* A dot of a radius in pixels, with a label below and left of it ("" for none). */
void eval_plot_dot(struct eval_plot *plot, struct eval_point at, double radius, const char *class,
    const char *label);
/* A thin line across the plot at a height, as a bar to reach. */
void eval_plot_level(struct eval_plot *plot, double y, const char *label);
/* A thin line up the plot, as a threshold. */
void eval_plot_mark(struct eval_plot *plot, double x, const char *label);
/* Keys stand in a row above the plot, three at most. */
void eval_plot_key(struct eval_plot *plot, const char *class, const char *label);
void eval_plot_end(struct eval_plot *plot);

/* Horizontal bars, one above the other: a bar for `value`, a dot for `second` where it is a number.
 */
struct eval_bar {
	struct str name;
	double value, second;
	size_t n;
};
struct eval_bars {
	const char *title, *x_label, *value_label, *second_label; /* second_label NULL: no dots */
	double x_from,
	    level; /* the axis goes from x_from to 1; level: a bar to reach, NAN for none */
};
void eval_plot_bars(
    struct buf *out, const struct eval_bars *how, const struct eval_bar *bars, size_t n);

/* Text with &, < and > written for HTML. */
void eval_plot_text(struct buf *out, struct str text);

#endif
