"""The training loop of a GAN: a step of the discriminator, then one of the generator, on the same drawn pictures.

One optimiser holds the moments of both networks, each in a parameter group of its own; of its two steps a turn each
sees the gradients of one network alone.  The generator's weights are averaged, the discriminator's are not.

``log.csv`` has the losses of both, and the discriminator's mean scores of training, drawn and held-out pictures (above
0 it says "real"); a discriminator that scores held-out pictures far below training ones learns them by heart.
"""

from __future__ import annotations

from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.training.adversarial_objectives import (
    Judged,
    discriminator_loss,
    generator_loss,
    gradient_penalty,
    shifted,
)
from engine.training.data import DataSet, Epochs
from engine.training.latent_data import as_input
from engine.training.latent_objectives import seeded
from engine.training.loop import Run, learning_rate
from engine.training.models.gan import GAN
from engine.training.recipe import AdversarialRecipe

HELD_OUT = 1000
PENALTY_EVERY = 8
"""Steps from one gradient penalty to the next: it costs more than a step does."""


class AdversarialRun(Run):
    """One training run of a GAN in ``folder``."""

    recipe: AdversarialRecipe

    def make_optimizer(self) -> torch.optim.Optimizer:
        """Adam for both networks, without a first moment."""
        groups = [{"params": list(network.parameters())} for network in (self.gan.generator, self.gan.discriminator)]
        return torch.optim.AdamW(
            groups, self.recipe.learning_rate, betas=(0.0, 0.99), weight_decay=self.recipe.weight_decay
        )

    def prepare(self, data: DataSet) -> None:
        self.pictures = data.train
        self.epochs = Epochs(len(data.train), self.recipe.batch, self.recipe.seed)
        self.held_out = data.validation.part(slice(0, HELD_OUT))
        self.unit = "hinge"
        self.judged: list[Judged] = []

    @property
    def gan(self) -> GAN:
        return cast(GAN, self.model)

    def one_step(self) -> float:
        """A step of each network; returns the discriminator's loss."""
        self.set_rates()
        gan, chosen = self.gan, self.epochs.chosen(self.step)
        real, one_hot = as_tensor(self.pictures.pixels[chosen]), classes_of(self.pictures.labels[chosen], self.recipe)
        with seeded(self.recipe.seed, self.step):
            z = torch.randn(len(real), self.recipe.model.latent)
            places = torch.randint(0, 2 * self.recipe.shift + 1, (3, len(real), 2))
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            drawn = gan.generator(z, one_hot)
        scores = self.scores(torch.cat([real, drawn.detach()]), one_hot, places[:2].flatten(0, 1), repeat=2)
        real_score, drawn_score = scores.chunk(2)
        loss = discriminator_loss(real_score, drawn_score)
        self.move(gan.discriminator, loss + self.penalty(real, one_hot, places[0]))
        gan.discriminator.requires_grad_(False)
        fooling = generator_loss(self.scores(drawn, one_hot, places[2]))
        self.move(gan.generator, fooling)
        gan.discriminator.requires_grad_(True)
        self.update_average()
        values = torch.stack([fooling, loss, real_score.mean(), drawn_score.mean()]).detach()
        self.judged.append(Judged(*values.tolist()))
        return self.judged[-1].discriminator_loss

    def penalty(self, real: Tensor, one_hot: Tensor | None, places: Tensor) -> Tensor:
        """The weighed R1 of training pictures where this step has one, else 0."""
        weight = self.recipe.gradient_penalty * PENALTY_EVERY
        if not weight or self.step % PENALTY_EVERY:
            return torch.zeros(())
        seen = shifted(real, places, self.recipe.shift).requires_grad_()
        with torch.autocast("cpu", enabled=False):  # slopes of eight bits are too coarse
            return weight * gradient_penalty(cast(Tensor, self.gan.discriminator(seen, one_hot)), seen)

    def set_rates(self) -> None:
        """The step's learning rates: the generator's, and in proportion the discriminator's."""
        rate = learning_rate(self.recipe, self.step)
        generator, discriminator = self.optimizer.param_groups
        generator["lr"] = rate
        discriminator["lr"] = rate * self.recipe.discriminator_rate / self.recipe.learning_rate

    def scores(self, image: Tensor, one_hot: Tensor | None, places: Tensor, repeat: int = 1) -> Tensor:
        """The discriminator's scores of pictures moved to ``places``; their classes are ``repeat`` times the same."""
        classes = None if one_hot is None else one_hot.repeat(repeat, 1)
        image = shifted(image, places, self.recipe.shift).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            return cast(Tensor, self.gan.discriminator(image, classes)).float()

    def move(self, network: nn.Module, loss: Tensor) -> None:
        """One optimiser step of one network; the other has no gradients."""
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(network.parameters(), self.recipe.clip_norm)
        self.refuse_broken(loss.item() + norm.item())
        self.optimizer.step()

    @torch.no_grad()
    def update_average(self) -> None:
        """The moving average of the generator's weights; all else as it is."""
        decay = min(self.recipe.ema_decay, (1 + self.step) / (10 + self.step))
        for name, value in self.model.state_dict().items():
            if name.startswith("generator.") and value.is_floating_point():
                self.ema[name].lerp_(value, 1 - decay)
            else:
                self.ema[name].copy_(value)

    def measured(self, training: float) -> dict[str, float]:
        """Mean losses and scores since the last row, and the mean score of held-out pictures."""
        names = Judged._fields
        means = np.mean(self.judged, axis=0) if self.judged else np.full(len(names), np.nan)
        self.judged = []
        told = dict(zip(names, map(float, means), strict=True))
        return told | {"score_held_out": self.score_held_out()}

    @torch.no_grad()
    def score_held_out(self, batch: int = 250) -> float:
        """The discriminator's mean score of held-out pictures."""
        self.gan.discriminator.eval()
        total = 0.0
        for start in range(0, len(self.held_out), batch):
            part = self.held_out.part(slice(start, start + batch))
            one_hot = classes_of(part.labels, self.recipe)
            total += float(self.gan.discriminator(as_tensor(part.pixels), one_hot).double().sum())
        self.gan.discriminator.train()
        return total / len(self.held_out)


def as_tensor(pixels: NDArray[np.uint8]) -> Tensor:
    """Display values (N, H, W[, C]) to (N, C, H, W) in [-1, 1]."""
    return torch.from_numpy(as_input(pixels)) * 2 - 1


def classes_of(labels: NDArray[np.uint8], recipe: AdversarialRecipe) -> Tensor | None:
    """Labels (N,) as one-hot rows (N, K), or None for a model without classes."""
    if not recipe.model.classes:
        return None
    return torch.eye(recipe.model.classes)[torch.from_numpy(labels.astype(np.int64))]
