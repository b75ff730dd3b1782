/* A backup, as the rest of the product sees it. */
#include "nudged/store/upkeep.h"
#include "store/inside.h"

struct store_copy {
    struct sql_copy *sql;
};

enum err store_copy_new(struct store *store, struct str path, struct store_copy **out)
{
    REQUIRE(!store->in_turn);
    struct arena arena;
    struct store_copy *copy = calloc(1, sizeof(*copy));
    if (!copy)
        return ERR_NO_MEMORY;
    arena_init(&arena, path.len + 64);
    store_look_end(store);
    char *name = str_z(&arena, path);
    enum err err = name ? sql_copy_new(store->sql, name, &copy->sql) : ERR_NO_MEMORY;
    arena_finish(&arena);
    if (err)
        free(copy);
    else
        *out = copy;
    return err;
}

enum err store_copy_step(struct store_copy *copy, int pages, bool *done)
{
    return sql_copy_step(copy->sql, pages, done);
}

void store_copy_progress(const struct store_copy *copy, int64_t *pages, int64_t *of)
{
    sql_copy_progress(copy->sql, pages, of);
}

void store_copy_detach(struct store_copy *copy)
{
    sql_copy_detach(copy->sql);
}

enum err store_copy_sync(struct store_copy *copy)
{
    return sql_copy_sync(copy->sql);
}

enum err store_copy_finish(struct store_copy *copy, struct instant begun)
{
    char words[128];
    (void)snprintf(words, sizeof(words), "UPDATE upkeep SET copied_ms = %lld WHERE id = 1",
        (long long)begun.utc_ms);
    return sql_copy_finish(copy->sql, words);
}

struct store_copy *store_copy_free(struct store_copy *copy)
{
    if (copy)
        sql_copy_free(copy->sql);
    free(copy);
    return NULL;
}
