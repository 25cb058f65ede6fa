/* What is done with a tile of cosine scores while it lies in cache: counting them, see
   kernel_native.py, or picking the best of each row, see search_native.py.

   Counting is what kernel_numpy.py says in arrays, said in loops: one pass over each row puts its
   scores in bins, a second adds the bins up. No result is rounded here: the number of
   bins per score unit is a power of two, so the product and its floor are exact. */

#include <float.h>
#include <stdint.h>

/* Where the compiler can, the loop over a row is compiled for several processors, and
   the one at hand is chosen when the library is loaded. */
#ifdef SEVERAL_PROCESSORS
#define FOR_EACH_PROCESSOR __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif
/* Compiled where it is called, and so for the same processors. */
#define FAST_IN_PLACE static inline __attribute__((always_inline))

enum { N_SLOTS = 65537, NOT_COUNTED = 0 };
enum { STEP = 16, MOST_AT_ONCE = 2048 }; /* scores of a cache line; scores of a call */
enum { WIDE = 64, GROUPS = 256 };        /* columns passed over at once; groups of them */

struct plan {
    const int32_t *samples;    /* of each position */
    const int32_t *groups;     /* of each position */
    const int32_t *run_stop;   /* position after the last neighbour of the same group */
    const int32_t *mates;      /* positions, by subject and then ascending */
    const int32_t *mates_from; /* of each position: where its later mates begin in mates */
    const int32_t *mates_to;   /* of each position: where its subject's mates end */
    const int32_t *places;     /* histogram of two groups, a square table */
    int32_t n_groups;
    int32_t zero_slot;
    float bins_per_unit;
};

struct tile {
    const float *scores;
    int64_t rows, columns, top, left, count_from, count_to;
};

struct kept {
    float *scores;
    int32_t *i, *j;
    int64_t size, room;
};

FOR_EACH_PROCESSOR
static void find_slots(const float *restrict scores, int64_t n, float bins_per_unit,
                       int32_t zero_slot, uint32_t *restrict slots)
{
    for (int64_t k = 0; k < n; k++) {
        float steps = scores[k] * bins_per_unit;
        int32_t slot = (int32_t)steps;
        slot -= steps < (float)slot;
        slot += zero_slot;
        slot = slot < 1 ? 1 : slot;
        slots[k] = (uint32_t)(slot > N_SLOTS - 1 ? N_SLOTS - 1 : slot);
    }
}

static void keep(struct kept *kept, float score, int32_t a, int32_t b)
{
    kept->scores[kept->size] = score;
    kept->i[kept->size] = a < b ? a : b;
    kept->j[kept->size] = a < b ? b : a;
    kept->size++;
}

/* Keeps the mated scores of a row's columns from..to - 1 and takes them out of the count. */
static void keep_mated(const struct plan *plan, const struct tile *tile, int64_t row,
                       int64_t from, uint32_t *slots, struct kept *mated)
{
    int64_t i = tile->top + row;
    int64_t low = plan->mates_from[i], high = plan->mates_to[i];
    while (low < high) { /* the first mate that is not left of the columns */
        int64_t middle = low + (high - low) / 2;
        if (plan->mates[middle] < tile->left + from)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < plan->mates_to[i]; low++) {
        int64_t column = plan->mates[low] - tile->left;
        if (column >= tile->columns)
            break;
        slots[column] = NOT_COUNTED;
        keep(mated, tile->scores[row * tile->columns + column], plan->samples[i],
             plan->samples[plan->mates[low]]);
    }
}

/* Adds slots up, and tells which of them reach the bound. The scores of the next row are
   fetched meanwhile: the processor is then busy with counters, and the memory is not. */
static int64_t add_up(const uint32_t *restrict slots, int64_t n, const float *next,
                      uint32_t *restrict histogram, uint32_t bound, int32_t *restrict reaching)
{
    int64_t found = 0, k = 0;
    for (; k + STEP <= n; k += STEP) {
        __builtin_prefetch(next + k);
        for (int step = 0; step < STEP; step++) {
            uint32_t slot = slots[k + step];
            histogram[slot]++;
            if (slot >= bound)
                reaching[found++] = (int32_t)(k + step);
        }
    }
    for (; k < n; k++) {
        histogram[slots[k]]++;
        if (slots[k] >= bound)
            reaching[found++] = (int32_t)k;
    }
    return found;
}

static void count_row(const struct plan *plan, const struct tile *tile, int64_t row, int64_t from,
                      uint32_t *histograms, const uint32_t *slots, uint32_t bound,
                      struct kept *tail)
{
    int32_t reaching[MOST_AT_ONCE];
    const float *scores = tile->scores + row * tile->columns;
    const float *next = row + 1 < tile->rows ? scores + tile->columns : scores;
    int32_t sample = plan->samples[tile->top + row];
    const int32_t *places = plan->places + plan->groups[tile->top + row] * plan->n_groups;
    for (int64_t column = from, stop; column < tile->columns; column = stop) {
        int64_t position = tile->left + column;
        uint32_t *histogram = histograms + (int64_t)places[plan->groups[position]] * N_SLOTS;
        stop = plan->run_stop[position] - tile->left;
        stop = stop < tile->columns ? stop : tile->columns;
        stop = stop < column + MOST_AT_ONCE ? stop : column + MOST_AT_ONCE;
        int64_t found = add_up(slots + column, stop - column, next + column, histogram, bound,
                               reaching);
        for (int64_t k = 0; k < found; k++)
            keep(tail, scores[column + reaching[k]], sample,
                 plan->samples[position + reaching[k]]);
    }
}

/* Counts rows from first_row on; returns the first row that no longer found room. */
int64_t count_rows(const struct plan *plan, const struct tile *tile, int64_t first_row,
                   uint32_t *histograms, uint32_t *slots, uint32_t bound,
                   struct kept *mated, struct kept *tail)
{
    for (int64_t row = first_row; row < tile->rows; row++) {
        int64_t i = tile->top + row;
        int64_t from = i + 1 > tile->left ? i + 1 - tile->left : 0;
        if (i < tile->count_from || i >= tile->count_to || from >= tile->columns)
            continue;
        if (mated->room - mated->size < tile->columns || tail->room - tail->size < tile->columns)
            return row;
        find_slots(tile->scores + row * tile->columns + from, tile->columns - from,
                   plan->bins_per_unit, plan->zero_slot, slots + from);
        keep_mated(plan, tile, row, from, slots, mated);
        count_row(plan, tile, row, from, histograms, slots, bound, tail);
    }
    return tile->rows;
}

/* Removes the scores below lowest; half of them go at a time, so it is not left to guessing. */
void drop_below(struct kept *kept, float lowest)
{
    int64_t size = 0;
    for (int64_t k = 0; k < kept->size; k++) {
        float score = kept->scores[k];
        kept->scores[size] = score;
        kept->i[size] = kept->i[k];
        kept->j[size] = kept->j[k];
        size += score >= lowest;
    }
    kept->size = size;
}

/* The best scores of each row so far, and few others; not in order. */
struct best {
    uint64_t *keys; /* room of each row: score and place, packed as in search_best.py */
    int64_t *sizes; /* of each row */
    float *lowest;  /* of each row: a score must be higher than this, or no number */
    int64_t k, room;
};

static uint64_t packed(float score, int64_t place)
{
    union { float score; uint32_t bits; } both = {score + 0.0f}; /* minus zero becomes zero */
    uint32_t rising = both.bits ^ (both.bits >> 31 ? 0xFFFFFFFFu : 0x80000000u);
    if (score != score)
        rising = 0xFFFFFFFFu; /* what is no number comes first, to be refused */
    return (uint64_t)rising << 32 | (uint64_t)(0xFFFFFFFF - place);
}

static float score_of(uint64_t key)
{
    uint32_t rising = (uint32_t)(key >> 32);
    union { uint32_t bits; float score; } both = {rising >> 31 ? rising ^ 0x80000000u : ~rising};
    return both.score;
}

/* Puts the k highest of n keys first, and the lowest of those at k - 1. */
static void put_highest_first(uint64_t *keys, int64_t n, int64_t k)
{
    for (int64_t low = 0, high = n - 1; low < high;) {
        int64_t i = low, j = high;
        uint64_t pivot = keys[low + (high - low) / 2];
        while (i <= j) {
            while (keys[i] > pivot)
                i++;
            while (keys[j] < pivot)
                j--;
            if (i <= j) {
                uint64_t key = keys[i];
                keys[i++] = keys[j];
                keys[j--] = key;
            }
        }
        high = k - 1 <= j ? j : high;
        low = k - 1 >= i ? i : low;
        if (k - 1 > j && k - 1 < i)
            return;
    }
}

/* Lets go of all but the k best of a row. */
static void let_go(struct best *best, int64_t row)
{
    uint64_t *keys = best->keys + row * best->room;
    put_highest_first(keys, best->sizes[row], best->k);
    best->sizes[row] = best->k;
    best->lowest[row] = score_of(keys[best->k - 1]);
}

/* What k scores of a row at least are higher than: each is the highest of a group of columns. */
FAST_IN_PLACE float first_lowest(const float *scores, int64_t columns, int64_t k)
{
    float highest[GROUPS];
    uint64_t keys[GROUPS];
    for (int group = 0; group < GROUPS; group++)
        highest[group] = scores[group];
    for (int64_t from = GROUPS; from + GROUPS <= columns; from += GROUPS)
        for (int group = 0; group < GROUPS; group++)
            if (scores[from + group] > highest[group])
                highest[group] = scores[from + group];
    for (int group = 0; group < GROUPS; group++)
        keys[group] = packed(highest[group], 0);
    put_highest_first(keys, GROUPS, k);
    if (score_of(keys[k - 1]) > -FLT_MIN && score_of(keys[k - 1]) < FLT_MIN)
        return -FLT_MIN; /* both zeros are higher */
    return score_of(keys[k - 1] - ((uint64_t)1 << 32)); /* the number next below */
}

/* Whether one of WIDE scores is higher than the lowest of the best, or no number. */
FAST_IN_PLACE int any_higher(const float *scores, float lowest)
{
    int32_t any = 0;
    for (int k = 0; k < WIDE; k++)
        any |= !(scores[k] <= lowest);
    return any;
}

/* The same of n scores, at most WIDE, each in a bit. */
FAST_IN_PLACE uint64_t which_higher(const float *scores, int64_t n, float lowest)
{
    uint64_t which = 0;
    for (int64_t k = 0; k < n; k++)
        which |= (uint64_t) !(scores[k] <= lowest) << k;
    return which;
}

/* Takes in a tile whose columns begin at place left, higher than all places before. */
FOR_EACH_PROCESSOR
void pick_best(const float *scores, int64_t rows, int64_t columns, int64_t left, struct best *best)
{
    for (int64_t row = 0; row < rows; row++, scores += columns) {
        if (best->sizes[row] == 0 && best->k <= GROUPS / 2 && columns >= 2 * GROUPS)
            best->lowest[row] = first_lowest(scores, columns, best->k);
        for (int64_t from = 0, stop; from < columns; from = stop) {
            stop = from + WIDE < columns ? from + WIDE : columns;
            if (stop - from == WIDE && !any_higher(scores + from, best->lowest[row]))
                continue;
            uint64_t which = which_higher(scores + from, stop - from, best->lowest[row]);
            for (; which; which &= which - 1) {
                int64_t k = from + __builtin_ctzll(which);
                best->keys[row * best->room + best->sizes[row]++] = packed(scores[k], left + k);
                if (best->sizes[row] == best->room)
                    let_go(best, row);
            }
        }
    }
}

/* Leaves the k best of each row, in any order; 0 stands where there are fewer. */
void leave_best(struct best *best, int64_t rows)
{
    for (int64_t row = 0; row < rows; row++) {
        if (best->sizes[row] > best->k)
            let_go(best, row);
        while (best->sizes[row] < best->k)
            best->keys[row * best->room + best->sizes[row]++] = 0;
    }
}
