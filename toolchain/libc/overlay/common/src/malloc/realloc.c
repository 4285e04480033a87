/* In free.c, with all that shares its data. */
