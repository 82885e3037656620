#include "linkage/model.h"

#include "base/mem.h"
#include "linkage/model_names.h"

void
model_free(struct model *model)
{
	if (model == NULL)
		return;
	model_names_free(model->names);
	mem_free(model);
}

double
model_name_share(const struct model *model, enum name_part part, struct str token)
{
	return model_names_share(model->names, part, token);
}
