/*
 * ssi_elements: what each directive does, but for those of #if.
 */
#ifndef SSI_ELEMENTS_H
#define SSI_ELEMENTS_H

#include "ssi/ssi_file.h"
#include "ssi/ssi_parser.h"

/*
 * Follows the directive, which is finished: include, echo, set, config, fsize, flastmod, printenv or
 * comment. Any other fails. exec fails, too: no page runs a program.
 */
void ssi_elements_follow(struct ssi_file *file, const struct ssi_directive *directive);

#endif
