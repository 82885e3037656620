#ifndef SUPPORT_EVAL_FIGURES_H
#define SUPPORT_EVAL_FIGURES_H
/*
 * eval_figures: what answers are worth, in numbers.
 *
 *   record recall   appearances among the results at a threshold, of all those of the people on
 *                   file who were asked about
 *   person found    people on file asked about, of whom at least one appearance is
 *   wrong a check   results that are not the person asked about, per question of any kind. One
 *                   listed as `related` is not a result
 *   absent with candidate  people not on file (nowhere, relative, namesake) for whom any result is
 *   ECE             sum over ten equal bands of confidence of |share right - mean confidence|, each
 *                   weighted by its results, over results with confidence >= .01
 * A share of nothing is 0. Threads: pure functions of a set that was read.
 */
#include "tests/support/eval_set.h"

double eval_share(size_t part, size_t whole);

struct eval_part {
	size_t n, of;
};

struct eval_figures {
	double threshold;
	struct eval_part recall, recall_dense; /* appearances: all; those that are not sparse */
	struct eval_part recall_sparse;
	struct eval_part found,
	    found_dense;		/* people: all; with an appearance that is not sparse */
	struct eval_part recall_common; /* of people asked about by a common name and little else */
	struct eval_part recall_present, recall_present_dense; /* of the others */
	struct eval_part found_present;
	struct eval_part with_candidate[EVAL_ASKED_COUNT]; /* questions not on file, by kind */
	struct eval_part absent; /* nowhere, relative and namesake together */
	size_t questions, wrong, wrong_family;
};

struct eval_figures eval_figures_at(
    const struct eval_set *set, const struct eval_results *results, double threshold);

/* The least weight at which results hold at most `most` wrong a check; -INFINITY if they never
 * hold more: the floor of the list is reached, and a lower one might still do. */
double eval_threshold_for(
    const struct eval_set *set, const struct eval_results *results, double most);

#define EVAL_BANDS 10
#define EVAL_LEAST_CONFIDENCE 0.01
struct eval_calibration {
	size_t n[EVAL_BANDS], right[EVAL_BANDS];
	double said[EVAL_BANDS]; /* sum of the confidences */
	size_t all;
	double ece;
};
struct eval_calibration eval_calibration(
    const struct eval_set *set, const struct eval_results *results);

/* Results that secure their record by themselves: graded certain in this answer, which asks for
 * evidence of the forename, at or above the weight that secures. What an earlier answer secured is
 * not counted. */
struct eval_part eval_secured_wrong(
    const struct eval_set *set, const struct eval_results *results, double secure);

/* Family on file of people asked about who are not on file themselves (kind relative), or who
 * are (kind present). */
struct eval_relatives {
	size_t appearances, sparse;
	size_t related;	       /* listed as related and not a result at `list` */
	size_t related_dense;  /* of those not sparse */
	size_t match_list;     /* a result at `list` or better */
	size_t match_possible; /* a result at `possible` or better */
	size_t unseen;	       /* neither */
	size_t people;	       /* relatives with any appearance on file */
	size_t people_related; /* some appearance related, none a result at `list` */
	size_t people_match;   /* some appearance a result at `possible` */
	size_t people_shown;   /* some appearance related or a result at `list` */
};
struct eval_relatives eval_relatives(const struct eval_set *set, const struct eval_results *results,
    enum eval_asked kind, double list, double possible);

/* Records of brothers and sisters easily taken for the person asked about (eval_set.h), of one
 * kind: are they shown as what they are? Under the shipped policy. */
struct eval_alikes {
	size_t appearances;
	size_t related; /* listed as related and not a result at `list` */
	size_t match;	/* a result at `possible` or better */
	size_t certain; /* graded certain */
	size_t secured; /* would be secured of themselves */
};
struct eval_alikes eval_alikes(const struct eval_set *set, const struct eval_results *results,
    size_t how, double list, double possible, double secure);

/* Who those listed as related are. */
struct eval_relation {
	size_t n, asked, family,
	    other; /* n = asked + family + other; asked: the person asked about */
};
struct eval_relation eval_relation(
    const struct eval_set *set, const struct eval_results *results, size_t relation);

#endif
