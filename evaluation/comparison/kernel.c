/* Counts a tile of cosine scores while it lies in cache; see kernel_native.py.

   What kernel_numpy.py says in arrays, said in loops: one pass over each row puts its
   scores in bins, a second adds the bins up. No result is rounded here: the number of
   bins per score unit is a power of two, so the product and its floor are exact. */

#include <stdint.h>

/* Where the compiler can, the loop over a row is compiled for several processors, and
   the one at hand is chosen when the library is loaded. */
#ifdef SEVERAL_PROCESSORS
#define FOR_EACH_PROCESSOR __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif

enum { N_SLOTS = 65537, NOT_COUNTED = 0 };
enum { STEP = 16, MOST_AT_ONCE = 2048 }; /* scores of a cache line; scores of a call */

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
