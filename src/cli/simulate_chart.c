/* The curves of `nudged simulate` as an SVG: small multiples, one panel a world, every policy a
 * line. Colours are told apart also by the colour-blind, lines also by their dashes. */
#include "simulate.h"

#include <math.h>

enum { WIDTH = 1120, PANEL_TOP = 172, PANEL_HEIGHT = 300, LEFT = 64, GAP = 40, RIGHT = 24,
       HEIGHT = 610 };

struct panel { double x, width; };

static const struct { const char *colour, *dashes; } lines[POLICY_COUNT] = {
    [POLICY_FSRS] = { "#0b6e99", "" },
    [POLICY_FIXED] = { "#c75b12", "9 4" },
    [POLICY_LEITNER] = { "#7a4fa3", "3 3" },
    [POLICY_RANDOM] = { "#6b7280", "1 4" },
};

static void add_head(const struct simulate_setup *setup, unsigned policies, struct buf *out);
static void add_panel(const struct simulate_setup *setup, enum forgetting world,
    const struct simulate_found *found, unsigned policies, struct panel panel, bool first,
    struct buf *out);
static void add_grid(
    const struct simulate_setup *setup, struct panel panel, bool first, struct buf *out);
static void add_line(const struct simulate_found *found, enum policy policy, struct panel panel,
    struct buf *out);
static void add_values(const struct simulate_found *found, unsigned policies, struct panel panel,
    struct buf *out);
static double height_of(double recall);

void simulate_chart(const struct simulate_setup *setup, const struct simulate_found *found,
    unsigned worlds, unsigned policies, struct buf *out)
{
    int count = 0, at = 0;
    for (unsigned w = 0; w < FORGETTING_COUNT; w++)
        count += (worlds >> w & 1) != 0;
    double width = (double)(WIDTH - LEFT - RIGHT - GAP * (count - 1)) / count;
    add_head(setup, policies, out);
    for (unsigned w = 0; w < FORGETTING_COUNT; w++) {
        if (!(worlds >> w & 1))
            continue;
        struct panel panel = { LEFT + at * (width + GAP), width };
        add_panel(setup, (enum forgetting)w, &found[w * POLICY_COUNT], policies, panel, at == 0,
            out);
        at++;
    }
    buf_addf(out,
        "<text x=\"%d\" y=\"%d\" class=\"small\">Under each panel: recall in week %d and questions "
        "a person. Means of %d made-up people; the table has the standard errors.</text>\n"
        "<text x=\"%d\" y=\"%d\" class=\"small\">The worlds are assumptions that follow no "
        "schedule's own model: they compare schedules and foretell nobody's recall. Lines that "
        "touch do not differ.</text>\n</svg>\n",
        LEFT, HEIGHT - 34, (int)setup->weeks + SIMULATE_AFTER_WEEKS, (int)setup->people, LEFT,
        HEIGHT - 16);
}

static void add_head(const struct simulate_setup *setup, unsigned policies, struct buf *out)
{
    buf_addf(out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
        " role=\"img\" aria-labelledby=\"title\">\n<title id=\"title\">What is remembered, week by "
        "week, under %d questions a workday</title>\n"
        "<style>text{font-family:system-ui,-apple-system,'Segoe UI','Helvetica Neue',Arial,"
        "'DejaVu Sans',sans-serif;fill:#1f2933}.small{font-size:12.5px;fill:#52606d}"
        ".name{font-size:16px;font-weight:600}.key{font-size:13.5px}</style>\n"
        "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n"
        "<text x=\"%d\" y=\"44\" font-size=\"23\" font-weight=\"700\">What is remembered, week by "
        "week</text>\n"
        "<text x=\"%d\" y=\"70\" class=\"key\" fill=\"#52606d\">%d items, at most %d question%s a "
        "workday for %d weeks, then 13 weeks without any</text>\n",
        WIDTH, HEIGHT, WIDTH, HEIGHT, (int)setup->cap, LEFT, LEFT, (int)setup->items,
        (int)setup->cap, setup->cap == 1 ? "" : "s", (int)setup->weeks);
    double x = LEFT;
    for (unsigned p = 0; p < POLICY_COUNT; p++) {
        static const char *const words[] = { "nudged (fsrs)", "fixed ladder", "Leitner boxes",
            "random" };
        if (!(policies >> p & 1))
            continue;
        buf_addf(out,
            "<line x1=\"%.0f\" x2=\"%.0f\" y1=\"103\" y2=\"103\" stroke=\"%s\" stroke-width=\"%s\" "
            "stroke-dasharray=\"%s\"/><text x=\"%.0f\" y=\"108\" class=\"key\">%s</text>\n",
            x, x + 34, lines[p].colour, p == POLICY_FSRS ? "3.2" : "2.2", lines[p].dashes, x + 42,
            words[p]);
        x += 172;
    }
}

static void add_panel(const struct simulate_setup *setup, enum forgetting world,
    const struct simulate_found *found, unsigned policies, struct panel panel, bool first,
    struct buf *out)
{
    buf_addf(out, "<text x=\"%.1f\" y=\"%d\" class=\"name\">%s</text>\n", panel.x, PANEL_TOP - 22,
        forgetting_name(world));
    add_grid(setup, panel, first, out);
    for (unsigned p = POLICY_COUNT; p-- > 0;)
        if (policies >> p & 1)
            add_line(&found[p], (enum policy)p, panel, out);
    add_values(found, policies, panel, out);
}

static void add_grid(
    const struct simulate_setup *setup, struct panel panel, bool first, struct buf *out)
{
    int32_t all = setup->weeks + SIMULATE_AFTER_WEEKS;
    double quiet = panel.x + panel.width * setup->weeks / all;
    buf_addf(out, "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#f3f5f7\"/>\n"
        "<text x=\"%.1f\" y=\"%d\" class=\"small\" text-anchor=\"middle\">no questions</text>\n",
        quiet, PANEL_TOP, panel.x + panel.width - quiet, PANEL_HEIGHT,
        (quiet + panel.x + panel.width) / 2, PANEL_TOP + 18);
    for (int percent = 0; percent <= 100; percent += 20) {
        double y = height_of(percent / 100.0);
        buf_addf(out, "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>\n",
            panel.x, panel.x + panel.width, y, y, percent ? "#dde2e7" : "#9aa5b1");
        if (first)
            buf_addf(out, "<text x=\"%.1f\" y=\"%.1f\" class=\"small\" text-anchor=\"end\">%d %%"
                "</text>\n", panel.x - 8, y + 4, percent);
    }
    for (int32_t week = 0; week <= all; week += all > 60 ? 26 : 13)
        buf_addf(out, "<text x=\"%.1f\" y=\"%d\" class=\"small\" text-anchor=\"middle\">%s%d"
            "</text>\n", panel.x + panel.width * week / all, PANEL_TOP + PANEL_HEIGHT + 20,
            week ? "" : "week ", (int)week);
}

static void add_line(const struct simulate_found *found, enum policy policy, struct panel panel,
    struct buf *out)
{
    buf_addf(out, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"%s\" stroke-dasharray="
        "\"%s\" stroke-linejoin=\"round\" points=\"", lines[policy].colour,
        policy == POLICY_FSRS ? "3.2" : "2.2", lines[policy].dashes);
    for (int32_t point = 1; point < found->points; point++)
        buf_addf(out, "%.1f,%.1f ", panel.x + panel.width * point / (found->points - 1),
            height_of(found->recall[point]));
    buf_add(out, STR("\"/>\n"));
}

/* Under each panel, in words: what is left at the end, and what it cost. */
static void add_values(const struct simulate_found *found, unsigned policies, struct panel panel,
    struct buf *out)
{
    double x = panel.x, step = panel.width / 4;
    int y = PANEL_TOP + PANEL_HEIGHT + 50;
    for (unsigned p = 0; p < POLICY_COUNT; p++) {
        if (!(policies >> p & 1))
            continue;
        buf_addf(out, "<text x=\"%.1f\" y=\"%d\" font-size=\"17\" font-weight=\"600\" "
            "style=\"fill:%s\">%.0f %%</text>\n<text x=\"%.1f\" y=\"%d\" class=\"small\">%.0f "
            "asked</text>\n", x, y, lines[p].colour, 100 * found[p].after.mean, x, y + 18,
            found[p].questions.mean);
        x += step;
    }
}

static double height_of(double recall)
{
    return PANEL_TOP + PANEL_HEIGHT * (1 - recall);
}
