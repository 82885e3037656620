#include "tests/support/eval_plot.h"

#include <math.h>
#include <stdio.h>

/* Pixels of the picture; it scales with the page. */
#define WIDTH 560.0
#define HEIGHT 372.0
#define LEFT 62.0
#define RIGHT 16.0
#define TOP 54.0
#define BOTTOM 52.0
#define KEY_WIDTH 165.0

#define BAR_HEIGHT 18.0
#define BAR_LEFT 230.0
#define BAR_RIGHT 120.0

void
eval_plot_text(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		switch (text.p[i]) {
		case '&':
			buf_add_text(out, "&amp;");
			break;
		case '<':
			buf_add_text(out, "&lt;");
			break;
		case '>':
			buf_add_text(out, "&gt;");
			break;
		default:
			buf_add_char(out, text.p[i]);
		}
}

static void
put_label(struct buf *out, double x, double y, const char *class, struct str text)
{
	buf_addf(out, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">", class, x, y);
	eval_plot_text(out, text);
	buf_add_text(out, "</text>\n");
}

static void
begin_picture(struct buf *out, double width, double height, const char *title)
{
	buf_addf(out, "<svg class=\"plot\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"",
	    width, height);
	eval_plot_text(out, str_from(title));
	buf_add_text(out, "\">\n");
	put_label(out, 8, 18, "title", str_from(title));
}

static void
put_line(struct buf *out, const char *class, double x1, double y1, double x2, double y2)
{
	buf_addf(out, "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
	    class, x1, y1, x2, y2);
}

/* --- Axes ------------------------------------------------------------------------------------ */

static double
x_of(const struct eval_plot *plot, double x)
{
	return LEFT + (x - plot->x_from) / (plot->x_to - plot->x_from) * (WIDTH - LEFT - RIGHT);
}

static double
y_of(const struct eval_plot *plot, double y)
{
	double at = plot->y_log ? (log10(y) - log10(plot->y_from)) /
				      (log10(plot->y_to) - log10(plot->y_from))
				: (y - plot->y_from) / (plot->y_to - plot->y_from);

	return HEIGHT - BOTTOM - at * (HEIGHT - TOP - BOTTOM);
}

static bool
is_inside(const struct eval_plot *plot, struct eval_point at)
{
	return isfinite(at.x) && isfinite(at.y) && at.x >= plot->x_from - 1e-9 &&
	       at.x <= plot->x_to + 1e-9 && at.y >= plot->y_from - 1e-12 &&
	       at.y <= plot->y_to + 1e-9;
}

static const char *
number(char out[24], double value)
{
	snprintf(out, 24, "%.10g", fabs(value) < 1e-9 ? 0 : value);
	return out;
}

static void
put_y_number(struct eval_plot *plot, double y)
{
	char text[24];

	put_line(plot->out, "grid", LEFT, y_of(plot, y), WIDTH - RIGHT, y_of(plot, y));
	put_label(plot->out, LEFT - 7, y_of(plot, y) + 4, "num end", str_from(number(text, y)));
}

static void
put_axes(struct eval_plot *plot)
{
	struct buf *out = plot->out;
	char text[24];
	double middle = TOP + (HEIGHT - TOP - BOTTOM) / 2;

	for (unsigned i = 0; plot->x_from + i * plot->x_step <= plot->x_to + 1e-9; i++) {
		double x = plot->x_from + i * plot->x_step;

		put_line(out, "grid", x_of(plot, x), TOP, x_of(plot, x), HEIGHT - BOTTOM);
		put_label(
		    out, x_of(plot, x), HEIGHT - BOTTOM + 16, "num mid", str_from(number(text, x)));
	}
	if (plot->y_log)
		for (double y = plot->y_from; y <= plot->y_to * 1.0001; y *= 10)
			put_y_number(plot, y);
	else
		for (unsigned i = 0; plot->y_from + i * plot->y_step <= plot->y_to + 1e-9; i++)
			put_y_number(plot, plot->y_from + i * plot->y_step);
	put_line(out, "axis", LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM);
	put_line(out, "axis", LEFT, TOP, LEFT, HEIGHT - BOTTOM);
	put_label(out, LEFT + (WIDTH - LEFT - RIGHT) / 2, HEIGHT - 14, "lab mid",
	    str_from(plot->x_label));
	buf_addf(
	    out, "<text class=\"lab mid\" transform=\"translate(15 %.0f) rotate(-90)\">", middle);
	eval_plot_text(out, str_from(plot->y_label));
	buf_add_text(out, "</text>\n");
}

void
eval_plot_begin(struct eval_plot *plot)
{
	plot->keys = 0;
	begin_picture(plot->out, WIDTH, HEIGHT, plot->title);
	put_axes(plot);
}

/* --- What is drawn ---------------------------------------------------------------------------- */

void
eval_plot_line(struct eval_plot *plot, const struct eval_point *points, size_t n, const char *class)
{
	bool open = false;

	buf_addf(plot->out, "<path class=\"line %s\" d=\"", class);
	for (size_t i = 0; i < n; i++) {
		if (!is_inside(plot, points[i])) {
			open = false;
			continue;
		}
		buf_addf(plot->out, "%s%.1f %.1f", open ? " L" : " M", x_of(plot, points[i].x),
		    y_of(plot, points[i].y));
		open = true;
	}
	buf_add_text(plot->out, "\"/>\n");
}

void
eval_plot_dot(struct eval_plot *plot, struct eval_point at, double radius, const char *class,
    const char *label)
{
	double x, y;

	if (!is_inside(plot, at))
		return;
	x = x_of(plot, at.x);
	y = y_of(plot, at.y);
	buf_addf(plot->out, "<circle class=\"dot %s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/>\n",
	    class, x, y, radius);
	if (label[0] != '\0')
		put_label(plot->out, x - radius - 2, y + radius + 11, "note end", str_from(label));
}

void
eval_plot_level(struct eval_plot *plot, double y, const char *label)
{
	if (!is_inside(plot, (struct eval_point){ plot->x_from, y }))
		return;
	put_line(plot->out, "level", LEFT, y_of(plot, y), WIDTH - RIGHT, y_of(plot, y));
	put_label(plot->out, WIDTH - RIGHT - 4, y_of(plot, y) - 4, "note end", str_from(label));
}

void
eval_plot_mark(struct eval_plot *plot, double x, const char *label)
{
	if (!is_inside(plot, (struct eval_point){ x, plot->y_from }))
		return;
	put_line(plot->out, "level", x_of(plot, x), TOP, x_of(plot, x), HEIGHT - BOTTOM);
	buf_addf(plot->out, "<text class=\"note\" transform=\"translate(%.1f %.1f) rotate(-90)\">",
	    x_of(plot, x) - 4, HEIGHT - BOTTOM - 6);
	eval_plot_text(plot->out, str_from(label));
	buf_add_text(plot->out, "</text>\n");
}

void
eval_plot_key(struct eval_plot *plot, const char *class, const char *label)
{
	double x = LEFT + KEY_WIDTH * plot->keys++;

	buf_addf(plot->out, "<path class=\"line %s\" d=\"M%.0f 36 h22\"/>\n", class, x);
	put_label(plot->out, x + 28, 40, "lab", str_from(label));
}

void
eval_plot_end(struct eval_plot *plot)
{
	buf_add_text(plot->out, "</svg>\n");
}

/* --- Bars ------------------------------------------------------------------------------------- */

static double
bar_x(const struct eval_bars *how, double value)
{
	double at = (value - how->x_from) / (1 - how->x_from);

	return BAR_LEFT + (at < 0 ? 0 : at) * (WIDTH - BAR_LEFT - BAR_RIGHT);
}

static void
put_bar(struct buf *out, const struct eval_bars *how, const struct eval_bar *bar, double y)
{
	char text[64];

	put_label(out, BAR_LEFT - 8, y + 13, "lab end", bar->name);
	buf_addf(out,
	    "<rect class=\"bar s1\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n",
	    BAR_LEFT, y + 3, bar_x(how, bar->value) - BAR_LEFT, BAR_HEIGHT - 6);
	if (how->second_label != NULL && isfinite(bar->second))
		buf_addf(out, "<circle class=\"dot s2\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/>\n",
		    bar_x(how, bar->second), y + BAR_HEIGHT / 2);
	snprintf(text, sizeof text, "%.4f", bar->value);
	put_label(out, WIDTH - BAR_RIGHT + 10, y + 13, "num", str_from(text));
	snprintf(text, sizeof text, "%zu", bar->n);
	put_label(out, WIDTH - 6, y + 13, "num faint end", str_from(text));
}

void
eval_plot_bars(struct buf *out, const struct eval_bars *how, const struct eval_bar *bars, size_t n)
{
	double top = 64, bottom = top + BAR_HEIGHT * (double)n, step;
	char text[24];

	step = how->x_from >= 0.9   ? 0.02
	       : how->x_from >= 0.7 ? 0.05
	       : how->x_from >= 0.5 ? 0.1
				    : 0.2;
	begin_picture(out, WIDTH, bottom + 44, how->title);
	buf_addf(out, "<rect class=\"bar s1\" x=\"8\" y=\"30\" width=\"14\" height=\"10\"/>\n");
	put_label(out, 28, 40, "lab", str_from(how->value_label));
	if (how->second_label != NULL) {
		buf_addf(out, "<circle class=\"dot s2\" cx=\"262\" cy=\"35\" r=\"4\"/>\n");
		put_label(out, 272, 40, "lab", str_from(how->second_label));
	}
	put_label(out, WIDTH - 6, top - 6, "num faint end", STR_LIT("n"));
	for (double x = how->x_from; x <= 1 + 1e-9; x += step) {
		put_line(out, "grid", bar_x(how, x), top, bar_x(how, x), bottom);
		put_label(out, bar_x(how, x), bottom + 15, "num mid", str_from(number(text, x)));
	}
	for (size_t i = 0; i < n; i++)
		put_bar(out, how, &bars[i], top + BAR_HEIGHT * (double)i);
	if (isfinite(how->level) && how->level >= how->x_from) {
		put_line(
		    out, "level", bar_x(how, how->level), top - 4, bar_x(how, how->level), bottom);
		snprintf(text, sizeof text, "bar %.10g", how->level);
		put_label(out, bar_x(how, how->level), top - 7, "note mid", str_from(text));
	}
	put_line(out, "axis", BAR_LEFT, top, BAR_LEFT, bottom);
	put_label(out, BAR_LEFT + (WIDTH - BAR_LEFT - BAR_RIGHT) / 2, bottom + 34, "lab mid",
	    str_from(how->x_label));
	buf_add_text(out, "</svg>\n");
}
